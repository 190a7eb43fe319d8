// When the state of a thing has changed, what belongs to it is fetched anew: what was fetched just before may still be
// of the old state, and nothing would ask again.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

export function useFreshOn(state: string): void {
  const queries = useQueryClient();
  const seen = useRef(state);
  useEffect(() => {
    if (seen.current === state) return;
    seen.current = state;
    void queries.invalidateQueries();
  }, [state, queries]);
}
