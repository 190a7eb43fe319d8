// Reviews in their rounds, and which earlier versions a reviewer wants to compare with. Pure.
import type { Schema } from '@/api/client';

type Review = Schema<'ReviewView'>;

/** A review of compliance, by the first or the second person: it has an opinion number. */
export function isCompliance(review: Pick<Review, 'kind'>): boolean {
  return review.kind === 'compliance' || review.kind === 'second_review';
}

/** The newest round first, in a round the newest review first. */
export function byRound(reviews: readonly Review[]): { round: number; reviews: Review[] }[] {
  const rounds = new Map<number, Review[]>();
  for (const review of reviews) rounds.set(review.round, [review, ...(rounds.get(review.round) ?? [])]);
  return [...rounds].sort(([a], [b]) => b - a).map(([round, list]) => ({ round, reviews: list }));
}

interface Bases {
  reviewed?: number;
  approved?: number;
}

/** The last versions before `latest` that compliance decided on, and that it approved. */
export function comparableVersions(reviews: readonly Review[], latest: number): Bases {
  const bases: Bases = {};
  for (const review of reviews) {
    if (!isCompliance(review) || review.version_number >= latest) continue;
    bases.reviewed = Math.max(bases.reviewed ?? 0, review.version_number);
    if (review.decision === 'approved') bases.approved = Math.max(bases.approved ?? 0, review.version_number);
  }
  return bases;
}
