import { describe, expect, it } from 'vitest';
import type { Finding } from '@/components/content/findings';
import type { OpenProblem } from '@/components/content/open_problems';
import { anchored, placeAnywhere, placeOfWords, standing, startFromFinding } from './problem_place';

const kText = { signature: '驿站', body: '😀顶级体验，顶级享受', opt_out_text: '拒收请回复R' };

describe('placeOfWords', () => {
  it('counts bytes of UTF-8', () => {
    expect(placeOfWords(kText, 'body', '顶级')).toEqual({ part: 'body', begin: 4, end: 10 });
    expect(placeOfWords(kText, 'opt_out_text', 'R')).toEqual({ part: 'opt_out_text', begin: 15, end: 16 });
  });
  it('keeps to what was selected while the words are the same', () => {
    const selection = { part: 'body' as const, begin: 7, end: 9, text: '顶级' };
    expect(placeOfWords(kText, 'body', '顶级', selection)).toEqual({ part: 'body', begin: 19, end: 25 });
    expect(placeOfWords(kText, 'body', '享受', selection)).toEqual({ part: 'body', begin: 25, end: 31 });
  });
  it('is none for words that are not there', () => {
    expect(placeOfWords(kText, 'signature', '顶级')).toBeUndefined();
    expect(placeOfWords(kText, 'body', '')).toBeUndefined();
  });
});

describe('a problem that stands', () => {
  const open = (quote: string) => ({ number: 0, quote }) as OpenProblem;
  it('is placed in whichever part has its words', () => {
    expect(placeAnywhere(kText, '拒收')).toEqual({ part: 'opt_out_text', begin: 0, end: 6 });
    const selection = { part: 'body' as const, begin: 7, end: 9, text: '顶级' };
    expect(placeAnywhere(kText, '顶级', selection)).toEqual({ part: 'body', begin: 19, end: 25 });
    expect(placeAnywhere(kText, '没有')).toBeUndefined();
  });
  it('keeps what was noted of it', () => {
    expect(anchored({ note: '仍夸大' }, kText, '享受')).toEqual({
      outcome: 'stands',
      note: '仍夸大',
      words: '享受',
      span: { part: 'body', begin: 25, end: 31 },
    });
    expect(anchored({ note: '' }, kText, '').span).toBeUndefined();
  });
  it('is about its words of before where they are there still, once', () => {
    expect(standing({ note: '' }, open('体验'), kText).span).toEqual({ part: 'body', begin: 10, end: 16 });
    expect(standing({ note: '' }, open('顶级'), kText)).toEqual({ outcome: 'stands', note: '' });
    expect(standing({ note: '' }, open('没有'), kText)).toEqual({ outcome: 'stands', note: '' });
    expect(standing({ note: '' }, open(''), kText)).toEqual({ outcome: 'stands', note: '' });
    expect(standing({ note: '', words: '享受' }, open('体验'), kText).words).toBe('享受');
  });
});

describe('startFromFinding', () => {
  const finding = {
    category: 'ABSOLUTE_TERM',
    part: 'body',
    utf16_begin: 2,
    utf16_end: 4,
    suggestion_zh: '删去',
    suggestion_en: 'Leave it out',
  } as Finding;
  it('takes over place, category and suggestion', () => {
    expect(startFromFinding(finding, kText, 'en')).toEqual({
      category: 'ABSOLUTE_TERM',
      text: 'Leave it out',
      selection: { part: 'body', begin: 2, end: 4, text: '顶级' },
    });
  });
  it('has no place for what is missing', () => {
    expect(startFromFinding({ ...finding, utf16_end: 2 }, kText, 'zh').selection).toBeUndefined();
  });
});
