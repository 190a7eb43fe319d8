// The reasons of a report as rows, each with the way to its messages. Pure.
import type { Schema } from '@/api/client';

type Body = Schema<'ReportBody'>;

export interface ReasonRow {
  key: string;
  kind: 'refused' | 'failed' | 'unresolved';
  reason: string;
  count: number;
  /** The filter that lists these messages. */
  query: string;
}

/** The most frequent first within each kind; what was not sent stands before what failed. */
export function reasonRows(
  body: Pick<Body, 'refused_by_reason' | 'failed_by_reason' | 'unresolved_by_reason'>,
): ReasonRow[] {
  const rows = (kind: ReasonRow['kind'], counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .sort((a, b) => b[1] - a[1])
      .map(([reason, count]) => ({
        key: `${kind}.${reason}`,
        kind,
        reason,
        count,
        // Unresolved ones are expired or unknown: their reason finds them.
        query: kind === 'unresolved' ? `reason=${reason}` : `state=${kind}&reason=${reason}`,
      }));
  return [
    ...rows('refused', body.refused_by_reason),
    ...rows('failed', body.failed_by_reason),
    ...rows('unresolved', body.unresolved_by_reason),
  ];
}

export function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
