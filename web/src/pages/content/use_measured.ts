// Screens and measures what is being written, a moment after the last key.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Schema } from '@/api/client';

type Text = Schema<'ContentTextSpec'>;

const kPauseMs = 350;

export interface Measured extends Schema<'MeasuredDraft'> {
  /** What was measured, which the text may have left behind by now. */
  text: Text;
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), kPauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

async function measure(json: string): Promise<Measured> {
  const text = JSON.parse(json) as Text;
  const { data } = await api.POST('/api/v1/contents/measure', { body: text });
  return { ...data!, text };
}

export function useMeasured(text: Text): {
  measured: Measured | undefined;
  error: unknown;
  current: boolean;
} {
  const now = JSON.stringify(text);
  const settled = useSettled(now);
  const query = useQuery({
    queryKey: ['measure', settled],
    queryFn: () => measure(settled),
    enabled: text.body !== '' && settled !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const measured = text.body === '' ? undefined : query.data;
  return { measured, error: query.error, current: now === settled && !query.isFetching };
}
