// What compliance still has to say of findings of later rule packs. Pure.
import { type Dispositions, lacksReason } from '@/components/content/dispositions';
import type { Finding } from '@/components/content/findings';

/** How many of those that ask for a reviewer are not disposed of with a reason. */
export function leftOpen(findings: readonly Finding[], dispositions: Readonly<Dispositions>): number {
  return findings.filter(({ severity, index }) => {
    const given = dispositions[index];
    return severity === 'review' && (!given || lacksReason(given));
  }).length;
}
