import { describe, expect, it } from 'vitest';
import { kPoints } from '@/components/content/checklist';
import type { Finding } from '@/components/content/findings';
import {
  approvalOf,
  barOf,
  kEmptyDraft,
  maySign,
  missingForApproval,
  missingForRejection,
  rejectionOf,
  type ReviewDraft,
} from './decision';

const finding = (index: number, severity: string) => ({ index, severity }) as Finding;
const kYes: ReviewDraft['answers'] = Object.fromEntries(
  kPoints.map((point) => [point, { answer: 'yes' as const, note: '已核对' }]),
);
const kWhole: ReviewDraft = { ...kEmptyDraft, answers: kYes, opinion: '同意发送' };

describe('missingForApproval', () => {
  it('is nothing when all is done', () => {
    const draft: ReviewDraft = {
      ...kWhole,
      dispositions: {
        0: { decision: 'dismissed', reason: '误报' },
        1: { decision: 'permitted', reason: '有证书' },
      },
    };
    const findings = [finding(0, 'review'), finding(1, 'review'), finding(2, 'info')];
    expect(missingForApproval(draft, findings)).toEqual([]);
  });
  it('names every point, and the opinion, of an empty draft', () => {
    expect(missingForApproval(kEmptyDraft, []).map((m) => m.kind)).toEqual([
      ...kPoints.map(() => 'answer'),
      'opinion',
    ]);
  });
  it('wants findings disposed of, with reasons, and none confirmed', () => {
    const draft: ReviewDraft = {
      ...kWhole,
      dispositions: {
        1: { decision: 'dismissed', reason: ' ' },
        2: { decision: 'permitted', reason: '' },
        3: { decision: 'confirmed', reason: '' },
      },
    };
    expect(
      missingForApproval(
        draft,
        [0, 1, 2, 3].map((index) => finding(index, 'review')),
      ),
    ).toEqual([
      { kind: 'disposition', finding: 0 },
      { kind: 'confirmed', finding: 3 },
      { kind: 'unreasoned', finding: 1 },
      { kind: 'unreasoned', finding: 2 },
    ]);
  });
  it('does not pass a no, a yes without a note, a block or a named problem', () => {
    const draft: ReviewDraft = {
      ...kWhole,
      answers: { ...kYes, legality: { answer: 'no', note: '' }, accuracy: { answer: 'yes', note: '' } },
      problems: [{ category: 'legality', text: '…' }],
    };
    expect(missingForApproval(draft, [finding(0, 'block')])).toEqual([
      { kind: 'blocked' },
      { kind: 'negative', point: 'legality' },
      { kind: 'note', point: 'accuracy' },
      { kind: 'problems_left' },
    ]);
  });
});

describe('the signature', () => {
  it('is approved before the content that bears it', () => {
    const kinds = (word: Parameters<typeof maySign>[0]) =>
      missingForApproval(kWhole, [], [], [], [], word).map((m) => m.kind);
    expect(kinds('approved')).toEqual([]);
    expect(kinds('none')).toEqual([]);
    for (const word of ['unknown', 'pending', 'not_for_class', 'rejected', 'suspended', 'withdrawn'] as const)
      expect(kinds(word)).toEqual(['signature']);
  });
});

describe('what sectors ask', () => {
  const sectors = [{ items: [{ key: 'a' }, { key: 'b' }] }] as unknown as Parameters<
    typeof missingForApproval
  >[2];
  it('is answered yes with a note, item by item', () => {
    const draft: ReviewDraft = { ...kWhole, items: { a: { answer: 'yes', note: '' } } };
    expect(missingForApproval(draft, [], sectors)).toEqual([
      { kind: 'note', item: 'a' },
      { kind: 'answer', item: 'b' },
    ]);
    const answered = { answer: 'yes' as const, note: '已核对' };
    const done: ReviewDraft = { ...kWhole, items: { a: answered, b: answered, gone: answered } };
    expect(missingForApproval(done, [], sectors)).toEqual([]);
    // What no sector asks any more is not sent.
    expect(approvalOf(done, sectors).sector_answers?.map((item) => item.key)).toEqual(['a', 'b']);
  });
  it('are documents that are valid', () => {
    const kinds = (...standings: (string | undefined)[]) =>
      missingForApproval(kWhole, [], [], standings.map((standing) => ({ standing })) as never).map(
        (m) => m.kind,
      );
    expect(kinds('valid', 'expiring')).toEqual([]);
    expect(kinds('valid', 'expired')).toEqual(['documents']);
    expect(kinds(undefined)).toEqual(['documents']);
  });
});

describe('the problems of the round before', () => {
  const open = [{ number: 0 }, { number: 1 }] as unknown as Parameters<typeof missingForRejection>[1];
  const judged = (first: 'accepted' | 'stands', second?: 'accepted' | 'stands'): ReviewDraft => ({
    ...kWhole,
    judgements: { 0: { outcome: first, note: ' a ' }, 1: { outcome: second, note: '' } },
  });
  it('are all accepted in an approval', () => {
    const missing = (draft: ReviewDraft) => missingForApproval(draft, [], [], [], open);
    expect(missing(judged('accepted', 'accepted'))).toEqual([]);
    expect(missing(judged('accepted'))).toEqual([{ kind: 'judgement', problem: 1 }]);
    expect(missing(judged('accepted', 'stands'))).toEqual([{ kind: 'stands', problem: 1 }]);
    expect(approvalOf(judged('accepted', 'accepted'), [], open).judgements).toEqual([
      { number: 0, outcome: 'accepted', note: 'a' },
      { number: 1, outcome: 'accepted', note: '' },
    ]);
  });
  it('have a place in the new text where words of it are given', () => {
    const draft = judged('stands', 'accepted');
    draft.judgements[0] = { outcome: 'stands', note: '', words: '没有' };
    expect(missingForRejection(draft, open)).toEqual([{ kind: 'place', problem: 0 }]);
    draft.judgements[0] = {
      outcome: 'stands',
      note: '',
      words: '有',
      span: { part: 'body', begin: 0, end: 3 },
    };
    expect(missingForRejection(draft, open)).toEqual([]);
    expect(rejectionOf(draft, [], open).judgements?.[0]?.span).toEqual({ part: 'body', begin: 0, end: 3 });
  });
  it('are all judged in a rejection, and one that stands is problem enough', () => {
    expect(missingForRejection(judged('stands'), open)).toEqual([{ kind: 'judgement', problem: 1 }]);
    expect(missingForRejection(judged('stands', 'accepted'), open)).toEqual([]);
    expect(missingForRejection(judged('accepted', 'accepted'), open)).toEqual([{ kind: 'problem' }]);
  });
});

describe('missingForRejection', () => {
  it('wants a problem, five answers and an opinion', () => {
    expect(missingForRejection(kEmptyDraft).map((m) => m.kind)).toEqual([
      'problem',
      ...kPoints.map(() => 'answer'),
      'opinion',
    ]);
    expect(missingForRejection({ ...kWhole, problems: [{ category: 'FRAUD', text: 'x' }] })).toEqual([]);
  });
});

describe('bodies', () => {
  it('carry what was put down, trimmed', () => {
    const draft: ReviewDraft = {
      ...kWhole,
      opinion: ' 退回 ',
      dispositions: { 3: { decision: 'dismissed', reason: ' 商标名 ' } },
      problems: [{ category: 'FRAUD', text: 'x', span: { part: 'body', begin: 0, end: 3 } }],
    };
    expect(approvalOf(draft)).toMatchObject({
      opinion: '退回',
      dispositions: [{ finding: 3, decision: 'dismissed', reason: '商标名' }],
    });
    expect(approvalOf(draft).checklist).toHaveLength(5);
    expect(rejectionOf(draft).problems).toEqual(draft.problems);
  });
});

describe('barOf', () => {
  const content = {
    state: 'submitted',
    versions: [{ created_by: 'usr_a' }],
    reviews: [
      { kind: 'first_review', reviewer_id: 'usr_b' },
      { kind: 'submission', reviewer_id: 'usr_c' },
    ],
  } as Parameters<typeof barOf>[0];
  it('keeps the duties apart', () => {
    const bar = (id: string) => barOf(content, { id, mayReview: true });
    expect(['usr_a', 'usr_b', 'usr_c', 'usr_d'].map(bar)).toEqual([
      'author',
      'first_reviewer',
      'submitter',
      null,
    ]);
    const second = {
      ...content,
      state: 'second_review',
      version_id: 'ver_2',
      round: 2,
      reviews: [
        { kind: 'compliance', decision: 'passed_on', version_id: 'ver_1', round: 2, reviewer_id: 'usr_f' },
        { kind: 'compliance', decision: 'passed_on', version_id: 'ver_2', round: 1, reviewer_id: 'usr_g' },
        { kind: 'compliance', decision: 'passed_on', version_id: 'ver_2', round: 2, reviewer_id: 'usr_e' },
      ],
    } as Parameters<typeof barOf>[0];
    expect(barOf(second, { id: 'usr_e', mayReview: true })).toBe('first_approver');
    expect(barOf(second, { id: 'usr_f', mayReview: true })).toBe(null);
    expect(barOf(second, { id: 'usr_g', mayReview: true })).toBe(null);
    expect(barOf(content, { id: 'usr_d', mayReview: false })).toBe('no_permission');
    expect(barOf({ ...content, state: 'draft' }, { id: 'usr_d', mayReview: true })).toBe('not_submitted');
  });
});
