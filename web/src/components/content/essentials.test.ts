import { describe, expect, it } from 'vitest';
import { essentialsOf } from './essentials';

const span = (text: string) => ({ part: 'body', begin: 0, end: 3, utf16_begin: 0, utf16_end: 1, text });

describe('the essentials of a promotion', () => {
  it('are stated or missing', () => {
    const promotion = {
      essentials: [
        { essential: 'rules', spans: [] },
        { essential: 'validity', spans: [span('12月31日'), span('12月31日'), span('本周')] },
      ],
    };
    expect(essentialsOf({ promotion })).toEqual([
      { essential: 'rules', stated: false, texts: [] },
      { essential: 'validity', stated: true, texts: ['12月31日', '本周'] },
    ]);
  });
  it('are none where the text is no promotion', () => {
    expect(essentialsOf({})).toEqual([]);
  });
});
