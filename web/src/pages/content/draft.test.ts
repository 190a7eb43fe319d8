import { describe, expect, it } from 'vitest';
import {
  type Content,
  draftOf,
  emptyValues,
  fieldOf,
  sameDraft,
  sampleTooLong,
  savedMeanwhile,
  valuesOf,
} from './draft';

function content(version: number, body: string, name = '周年庆'): Content {
  return {
    name,
    version,
    latest: {
      text: {
        message_class: 'marketing',
        purpose: '',
        signature: '驿站',
        body,
        opt_out_text: '拒收请回复R',
        variables: [{ name: 'name', max_length: 8, sample: '张三', personal: true }],
        sectors: ['cn.sector.education'],
      },
    },
  } as Content;
}

describe('values and draft', () => {
  it('come back as they went', () => {
    const draft = draftOf(valuesOf(content(1, '{name}您好')));
    expect(draft.variables).toEqual([{ name: 'name', max_length: 8, sample: '张三', personal: true }]);
    expect(draft.sectors).toEqual(['cn.sector.education']);
    expect(draft).toMatchObject({ name: '周年庆', body: '{name}您好', opt_out_text: '拒收请回复R' });
  });
  it('have the variables of the text and no other', () => {
    const values = {
      ...emptyValues('回T退订{word}'),
      body: '{code}，{code}',
      settings: { old: { max_length: 3 } },
    };
    expect(draftOf(values).variables).toEqual([
      { name: 'code', max_length: 20, sample: '', personal: false },
      { name: 'word', max_length: 20, sample: '', personal: false },
    ]);
  });
  it('keep the settings of a variable that was taken out for a while', () => {
    const values = valuesOf(content(1, '您好'));
    expect(draftOf(values).variables).toEqual([]);
    expect(draftOf({ ...values, body: '{name}您好' }).variables[0]?.max_length).toBe(8);
  });
});

describe('savedMeanwhile', () => {
  const base = content(3, '{name}您好');
  it('sees another text, not a step of the review', () => {
    expect(savedMeanwhile(base, content(4, '{name}早上好'))).toBe(true);
    expect(savedMeanwhile(base, content(4, '{name}您好'))).toBe(false);
    expect(savedMeanwhile(base, content(4, '{name}您好', '另名'))).toBe(true);
  });
  it('is not misled by what is older than the base', () => {
    expect(savedMeanwhile(content(4, 'x{name}'), base)).toBe(false);
    expect(savedMeanwhile(null, base)).toBe(false);
  });
});

describe('small things', () => {
  it('counts characters of a sample', () => {
    expect(sampleTooLong({ max_length: 2, sample: '𠮷𠮷' })).toBe(false);
    expect(sampleTooLong({ max_length: 1, sample: '张三' })).toBe(true);
    expect(sampleTooLong(undefined)).toBe(false);
  });
  it('finds the field of a fault', () => {
    const draft = draftOf(valuesOf(content(1, '{name}')));
    expect(fieldOf('/variables/0/sample', draft)).toBe('/settings/name/sample');
    expect(fieldOf('/body', draft)).toBe('/body');
    expect(fieldOf('/sectors/0', draft)).toBe('/sectors');
    expect(sameDraft(draft, { ...draft })).toBe(true);
  });
});
