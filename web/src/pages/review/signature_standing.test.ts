import { describe, expect, it } from 'vitest';
import { filingFactsOf, toneOf } from './signature_standing';

const filing = (
  name: string,
  carried: boolean,
  state: 'filed' | 'not_filed' | 'rejected',
  enabled = true,
) => ({
  name,
  carried,
  state,
  channel_enabled: enabled,
});

describe('filingFactsOf', () => {
  it('tells channels that may not carry it from those that merely have not filed it', () => {
    const facts = filingFactsOf([
      filing('filed', true, 'filed'),
      filing('not asked', true, 'not_filed'),
      filing('asked', false, 'not_filed'),
      filing('refused', false, 'rejected'),
      filing('off', false, 'not_filed', false),
    ]);
    expect(facts.barred.map((one) => one.name)).toEqual(['asked', 'refused']);
    expect(facts.unfiled.map((one) => one.name)).toEqual(['not asked']);
    expect(facts.carrying).toBe(2);
  });
});

describe('toneOf', () => {
  const all = filingFactsOf([filing('a', true, 'filed')]);
  it('is that of the approval before that of the filing', () => {
    expect(toneOf('pending', all)).toBe('warning');
    for (const word of ['unknown', 'rejected', 'suspended', 'withdrawn', 'not_for_class'] as const)
      expect(toneOf(word, all)).toBe('error');
    expect(toneOf('approved', all)).toBe('success');
    expect(toneOf('approved', undefined)).toBe('info');
  });
  it('warns of what messages will meet', () => {
    expect(toneOf('approved', filingFactsOf([filing('a', true, 'not_filed')]))).toBe('info');
    expect(
      toneOf('approved', filingFactsOf([filing('a', true, 'filed'), filing('b', false, 'rejected')])),
    ).toBe('warning');
    expect(toneOf('approved', filingFactsOf([]))).toBe('warning');
  });
});
