import { describe, expect, it } from 'vitest';
import {
  allContested,
  changedAnswers,
  draftsOf,
  judgementsOf,
  type OpenProblem,
  unanswered,
} from './open_problems';

const problem = (number: number, answer?: { answer: 'resolved' | 'contested'; text: string }) =>
  ({ number, version_number: 1, answer }) as unknown as OpenProblem;

describe('answers', () => {
  const problems = [problem(0, { answer: 'resolved', text: '已改' }), problem(1), problem(2)];
  it('are sent when they are complete and new', () => {
    const drafts = draftsOf(problems);
    expect(changedAnswers(problems, drafts)).toEqual([]);
    expect(
      changedAnswers(problems, {
        0: { answer: 'contested', text: '已改' },
        1: { answer: 'resolved', text: ' 写明了 ' },
        2: { answer: 'resolved', text: ' ' },
      }),
    ).toEqual([
      { number: 0, answer: 'contested', text: '已改' },
      { number: 1, answer: 'resolved', text: '写明了' },
    ]);
  });
  it('are wanted for each', () => {
    expect(unanswered({ open_problems: problems, version_number: 1 }).map((p) => p.number)).toEqual([1, 2]);
  });
  it('that all contest let the rejected text go back', () => {
    const contested = problem(0, { answer: 'contested', text: 'x' });
    expect(allContested({ open_problems: [contested], version_number: 1 })).toBe(true);
    expect(allContested({ open_problems: [contested], version_number: 2 })).toBe(false);
    expect(allContested({ open_problems: [contested, problem(1)], version_number: 1 })).toBe(false);
    expect(allContested({ open_problems: [], version_number: 1 })).toBe(false);
  });
});

describe('judgementsOf', () => {
  it('says where a problem is now, of one that stands', () => {
    const span = { part: 'body', begin: 3, end: 9 };
    const judged = (outcome: 'stands' | 'accepted') =>
      judgementsOf([problem(0)], { 0: { outcome, note: '', words: '顶级', span } });
    expect(judged('stands')).toEqual([{ number: 0, outcome: 'stands', note: '', span }]);
    expect(judged('accepted')).toEqual([{ number: 0, outcome: 'accepted', note: '' }]);
  });
  it('leaves out what is not judged or not open', () => {
    expect(
      judgementsOf([problem(0), problem(1)], {
        0: { outcome: 'stands', note: ' 仍缺 ' },
        1: { note: 'x' },
        7: { outcome: 'accepted', note: '' },
      }),
    ).toEqual([{ number: 0, outcome: 'stands', note: '仍缺' }]);
  });
});
