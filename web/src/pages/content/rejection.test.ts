import { describe, expect, it } from 'vitest';
import type { Content } from './draft';
import { lastRejection, problemSpans } from './rejection';

function content(state: string, decision: string, reviewed = 1): Content {
  return {
    state,
    version_number: 1,
    latest: { text: { signature: '驿站', body: '顶级体验，八折', opt_out_text: '' } },
    reviews: [
      {
        kind: 'compliance',
        decision,
        version_number: reviewed,
        problems: [
          { category: 'ABSOLUTE_TERM', text: '无依据', span: { part: 'body', begin: 0, end: 6 } },
          { category: 'accuracy', text: '原价？', span: { part: 'body', begin: 15, end: 21 } },
          { category: 'completeness', text: '缺规则' },
        ],
      },
      { kind: 'first_review', decision: 'passed', version_number: 1, problems: [] },
    ],
  } as unknown as Content;
}

describe('lastRejection', () => {
  it('stays until the content is submitted again', () => {
    expect(lastRejection(content('draft', 'rejected'))).toBeDefined();
    expect(lastRejection(content('submitted', 'rejected'))).toBeUndefined();
    expect(lastRejection(content('draft', 'approved'))).toBeUndefined();
  });
});

describe('problemSpans', () => {
  it('move with the text and go where it was rewritten', () => {
    const marked = (body: string) =>
      problemSpans(
        content('rejected', 'rejected'),
        { signature: '驿站', body, opt_out_text: '' },
        'body',
      ).map((span) => body.slice(span.begin, span.end));
    expect(marked('顶级体验，全场八折')).toEqual(['顶级', '八折']);
    expect(marked('优质体验，全场八折')).toEqual(['八折']);
    expect(marked('优质体验，全场九折')).toEqual([]);
  });
  it('are of the version that was sent back only', () => {
    const now = content('draft', 'rejected').latest.text;
    expect(problemSpans({ ...content('draft', 'rejected', 1), version_number: 2 }, now, 'body')).toEqual([]);
  });
});
