// Who did something, by name: the directory is fetched once and kept.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Schema } from '@/api/client';

type Entry = Schema<'DirectoryEntry'>;

const kMaximumPages = 20;

async function fetchDirectory(): Promise<Entry[]> {
  const all: Entry[] = [];
  let after: string | undefined;
  for (let page = 0; page < kMaximumPages; page += 1) {
    const { data } = await api.GET('/api/v1/directory', { params: { query: { limit: 500, after } } });
    all.push(...(data?.items ?? []));
    if (!data?.next_after) break;
    after = data.next_after;
  }
  return all;
}

export function useDirectory(): { entries: Entry[]; nameOf: (id: string | null | undefined) => string } {
  const { data } = useQuery({ queryKey: ['directory'], queryFn: fetchDirectory, staleTime: 300_000 });
  return useMemo(() => {
    const names = new Map((data ?? []).map((entry) => [entry.id, entry.display_name]));
    return { entries: data ?? [], nameOf: (id) => (id ? (names.get(id) ?? id) : '—') };
  }, [data]);
}

export function UserName({ id }: { id: string | null | undefined }) {
  const { nameOf } = useDirectory();
  return <span title={id ?? undefined}>{nameOf(id)}</span>;
}
