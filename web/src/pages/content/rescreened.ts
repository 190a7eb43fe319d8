// What compliance says of findings of later rule packs. Pure.
import type { Schema } from '@/api/client';
import type { Finding } from '@/components/content/findings';

/** Findings that ask for a reviewer, each dismissed with what was written for it. */
export function dispositionsOf(
  findings: readonly Finding[],
  reasons: Readonly<Record<number, string>>,
): Schema<'Disposition'>[] {
  return findings
    .filter((finding) => finding.severity === 'review')
    .map((finding) => ({
      finding: finding.index,
      decision: 'dismissed',
      reason: (reasons[finding.index] ?? '').trim(),
    }));
}

/** How many of them have no reason yet. */
export function leftOpen(findings: readonly Finding[], reasons: Readonly<Record<number, string>>): number {
  return dispositionsOf(findings, reasons).filter((one) => !one.reason).length;
}
