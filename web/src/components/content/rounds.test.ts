import { describe, expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { byRound, comparableVersions } from './rounds';

function review(
  id: string,
  round: number,
  kind: Schema<'ReviewKind'>,
  decision: Schema<'ReviewDecision'>,
  version_number: number,
): Schema<'ReviewView'> {
  return {
    id,
    round,
    kind,
    decision,
    version_number,
    version_id: '',
    version_hash: '',
    opinion: '',
    checklist: [],
    problems: [],
    dispositions: [],
    sector_answers: [],
    judgements: [],
    documents: [],
    second_review: [],
    reviewed_at: '',
  };
}

const kReviews = [
  review('a', 1, 'first_review', 'passed', 1),
  review('b', 1, 'compliance', 'approved', 1),
  review('c', 2, 'first_review', 'passed', 3),
  review('d', 2, 'second_review', 'rejected', 3),
  review('e', 3, 'first_review', 'passed', 4),
];

describe('byRound', () => {
  it('puts the newest first', () => {
    expect(byRound(kReviews).map((r) => [r.round, r.reviews.map((x) => x.id).join('')])).toEqual([
      [3, 'e'],
      [2, 'dc'],
      [1, 'ba'],
    ]);
  });
});

describe('comparableVersions', () => {
  it('finds what compliance decided last and approved last', () => {
    expect(comparableVersions(kReviews, 4)).toEqual({ reviewed: 3, approved: 1 });
  });
  it('never compares a version with itself', () => {
    expect(comparableVersions(kReviews, 3)).toEqual({ reviewed: 1, approved: 1 });
    expect(comparableVersions(kReviews, 1)).toEqual({});
  });
});
