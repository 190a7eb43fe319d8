import { describe, expect, it } from 'vitest';
import { bytesBefore, characterCount, toBytes, toUnits, unitsBefore, wholeCharacters } from './text_offsets';

// One, two, three and four bytes: "a" 1, "é" 2, "字" 3, "😀" 4 (two UTF-16 units), "𠮷" 4 (two units).
const kText = 'aé字😀𠮷b';

describe('text offsets', () => {
  it('counts bytes before each place', () => {
    expect([0, 1, 2, 3, 5, 7, 8].map((units) => bytesBefore(kText, units))).toEqual([0, 1, 3, 6, 10, 14, 15]);
  });

  it('agrees with TextEncoder at every character and comes back', () => {
    let units = 0;
    for (const character of kText) {
      const bytes = new TextEncoder().encode(kText.slice(0, units)).length;
      expect(bytesBefore(kText, units)).toBe(bytes);
      expect(unitsBefore(kText, bytes)).toBe(units);
      units += character.length;
    }
  });

  it('takes a place inside a character as its begin', () => {
    expect(unitsBefore(kText, 4)).toBe(2);
    expect(unitsBefore(kText, 8)).toBe(3);
    expect(unitsBefore(kText, 999)).toBe(kText.length);
  });

  it('never cuts a character in two', () => {
    expect(wholeCharacters(kText, { begin: 4, end: 6 })).toEqual({ begin: 3, end: 7 });
    expect(wholeCharacters(kText, { begin: -3, end: 99 })).toEqual({ begin: 0, end: 8 });
    expect(toBytes(kText, { begin: 4, end: 4 })).toEqual({ begin: 6, end: 10 });
  });

  it('turns a selection of Chinese after an emoji into the bytes the server wants', () => {
    const body = '会员日😀顶级体验';
    const begin = body.indexOf('顶级');
    const bytes = toBytes(body, { begin, end: begin + 2 });
    expect(bytes).toEqual({ begin: 13, end: 19 });
    expect(new TextDecoder().decode(new TextEncoder().encode(body).slice(bytes.begin, bytes.end))).toBe(
      '顶级',
    );
    expect(toUnits(body, bytes)).toEqual({ begin, end: begin + 2 });
  });

  it('counts characters, not units', () => {
    expect(characterCount(kText)).toBe(6);
  });
});
