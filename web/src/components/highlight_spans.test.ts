import { describe, expect, it } from 'vitest';
import { piecesOf, shiftSpans, strongest, type TextSpan } from './highlight_spans';

const span = (key: string, begin: number, end: number, tone: TextSpan['tone'] = 'review'): TextSpan => ({
  key,
  begin,
  end,
  tone,
});

function drawn(text: string, spans: TextSpan[]) {
  return piecesOf(text, spans).map((piece) => [piece.text, piece.spans.map((s) => s.key).join('')]);
}

describe('piecesOf', () => {
  it('leaves a text without spans whole', () => {
    expect(drawn('全场八折', [])).toEqual([['全场八折', '']]);
  });

  it('cuts overlapping spans where they begin and end', () => {
    expect(drawn('abcdef', [span('1', 1, 4), span('2', 3, 5)])).toEqual([
      ['a', ''],
      ['bc', '1'],
      ['d', '12'],
      ['e', '2'],
      ['f', ''],
    ]);
  });

  it('keeps one inside another and two of the same place', () => {
    expect(drawn('abcd', [span('1', 0, 4), span('2', 1, 2), span('3', 1, 2)])).toEqual([
      ['a', '1'],
      ['b', '123'],
      ['cd', '1'],
    ]);
  });

  it('marks the place where something is missing, also in an empty text', () => {
    expect(drawn('ab', [span('1', 2, 2)])).toEqual([
      ['ab', ''],
      ['', '1'],
    ]);
    expect(drawn('', [span('1', 0, 0)])).toEqual([['', '1']]);
  });

  it('gives the whole text back whatever the spans', () => {
    const text = '会员日😀顶级体验';
    const spans = [span('1', -4, 3), span('2', 2, 99), span('3', 7, 5), span('4', 4, 4)];
    expect(
      piecesOf(text, spans)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});

describe('strongest', () => {
  it('is the gravest of an overlap', () => {
    expect(
      strongest([span('1', 0, 1, 'info'), span('2', 0, 1, 'block'), span('3', 0, 1, 'review')])?.key,
    ).toBe('2');
    expect(strongest([])).toBeUndefined();
  });
});

describe('shiftSpans', () => {
  const spans = [span('1', 0, 2), span('2', 4, 6)];
  it('moves what follows an insertion', () => {
    expect(shiftSpans('abcdef', 'abXcdef', spans).map((s) => [s.begin, s.end])).toEqual([
      [0, 2],
      [5, 7],
    ]);
  });
  it('drops what the edit touched', () => {
    expect(shiftSpans('abcdef', 'acdef', spans).map((s) => s.key)).toEqual(['2']);
    expect(shiftSpans('abcdef', 'abcdeXf', spans).map((s) => s.key)).toEqual(['1']);
  });
});
