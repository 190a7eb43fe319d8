import { expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { figureText, matchClauses, partsOf } from './clauses';

const clause = (
  number: string,
  state: Schema<'PolicyClause'>['state'],
  text_zh = '',
): Schema<'PolicyClause'> => ({
  number,
  part: number[0]!,
  state,
  text_zh,
  text_en: '',
  control_zh: '',
  control_en: '',
  missing_zh: '',
  missing_en: '',
  tests: [],
  figures: [],
});

it('groups by part and filters by state and words', () => {
  const all = [
    clause('1.1', 'enforced', '合法'),
    clause('1.2', 'partly'),
    clause('4.1.3', 'enforced', '预发送测试'),
  ];
  expect(partsOf(all).map((p) => [p.part, p.clauses.length])).toEqual([
    ['1', 2],
    ['4', 1],
  ]);
  expect(matchClauses(all, 'enforced', undefined)).toHaveLength(2);
  expect(matchClauses(all, undefined, ' 预发送 ')[0]?.number).toBe('4.1.3');
  expect(matchClauses(all, 'partly', '合法')).toEqual([]);
});

it('reads figures in their unit', () => {
  expect(figureText({ name: 'x', value: 1234, unit: 'count' }, 'en')).toBe('1,234');
  expect(figureText({ name: 'x', value: 99.25, unit: 'percent' }, 'en')).toBe('99.3 %');
  expect(figureText({ name: 'x', value: 90, unit: 'seconds' }, 'en')).toBe('1 min 30 s');
});
