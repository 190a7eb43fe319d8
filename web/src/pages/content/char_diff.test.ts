import { describe, expect, it } from 'vitest';
import { characterDiff } from './char_diff';

const said = (before: string, after: string) =>
  characterDiff(before, after)
    .map(({ op, text }) => ({ keep: text, remove: `[-${text}]`, insert: `[+${text}]` })[op])
    .join('');

describe('characterDiff', () => {
  it('keeps what is common', () => {
    expect(said('全场八折起', '全场九折起售')).toBe('全场[-八][+九]折起[+售]');
    expect(said('', 'ab')).toBe('[+ab]');
    expect(said('ab', '')).toBe('[-ab]');
    expect(characterDiff('', '')).toEqual([]);
  });
  it('does not cut a character of two units', () => {
    expect(said('a😀b', 'a😁b')).toBe('a[-😀][+😁]b');
  });
});
