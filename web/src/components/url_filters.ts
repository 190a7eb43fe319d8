// Filters that live in the URL, so that a link shows the same rows and "back" goes back.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

export type Filters<Name extends string> = Partial<Record<Name, string>>;

/** The named search parameters and a way to change some; changing any goes back to the first page. */
export function useUrlFilters<Name extends string>(
  names: readonly Name[],
): [Filters<Name>, (change: Filters<Name>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.toString();
  const list = names.join(',');
  const filters = useMemo(() => {
    const found: Filters<Name> = {};
    const current = new URLSearchParams(text);
    for (const name of list.split(',') as Name[]) {
      const value = current.get(name);
      if (value) found[name] = value;
    }
    return found;
  }, [text, list]);
  const change = useCallback(
    (next: Filters<Name>) => {
      setParameters(
        (current) => {
          const changed = new URLSearchParams(current);
          for (const [name, value] of Object.entries(next) as [Name, string | undefined][]) {
            if (value) changed.set(name, value);
            else changed.delete(name);
          }
          changed.delete('after');
          return changed;
        },
        { replace: true },
      );
    },
    [setParameters],
  );
  return [filters, change];
}
