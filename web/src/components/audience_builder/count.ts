// How many customers an audience holds now, asked for anew a moment after the last change.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { $api, api } from '@/api/client';
import type { Schema } from '@/api/client';
import { type Audience, consentedOf, countQuery, isChosen } from './filter';

const kPauseMs = 400;

export function useDebounced<T>(value: T, pause = kPauseMs): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return settled;
}

async function countAudience(query: Record<string, string | number | string[]>, signal: AbortSignal) {
  const { data } = await api.GET('/api/v1/audiences/count', { params: { query: query as never }, signal });
  return data!.count;
}

export function useAudienceCount(audience: Audience | undefined) {
  const wanted = useMemo(
    () => (isChosen(audience) ? JSON.stringify(countQuery(audience)) : undefined),
    [audience],
  );
  const settled = useDebounced(wanted);
  const query = useQuery({
    queryKey: ['audience_count', settled],
    queryFn: ({ signal }) =>
      countAudience(JSON.parse(settled!) as Record<string, string | number | string[]>, signal),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  return {
    count: wanted === undefined ? undefined : query.data,
    error: query.error,
    /** What is shown does not yet answer what is asked. */
    counting: wanted !== undefined && (wanted !== settled || query.isFetching),
  };
}

/** Those of an audience who agreed to a class; `audience` undefined: not asked, or no answer possible. */
export function useConsentedCount(
  audience: Audience | undefined,
  messageClass: Schema<'MessageClass'> | undefined,
) {
  const segmentId = audience?.segment_id;
  const segment = $api.useQuery(
    'get',
    '/api/v1/segments/{segment_id}',
    { params: { path: { segment_id: segmentId ?? '' } } },
    { enabled: Boolean(segmentId) },
  );
  const consented = useMemo(
    () =>
      audience && messageClass && isChosen(audience)
        ? consentedOf(audience, messageClass, segmentId ? segment.data?.filter : undefined)
        : undefined,
    [audience, messageClass, segmentId, segment.data],
  );
  return { ...useAudienceCount(consented), asked: consented !== undefined };
}
