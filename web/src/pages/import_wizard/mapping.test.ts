import { expect, it } from 'vitest';
import { columnsOf, faultOf, mappingOf } from './mapping';

const column = (index: number, header: string, suggested: string) => ({
  index,
  header,
  suggested,
  samples: [],
});

it('takes the suggestions it knows and leaves the rest open', () => {
  const mapping = mappingOf([
    column(0, '手机号', 'number'),
    column(1, '星座', 'unknown'),
    column(2, '备注', 'remark'),
  ]);
  expect(mapping).toEqual({ 手机号: 'number', 星座: 'unknown', 备注: 'remark' });
  expect(columnsOf(mapping)).toEqual({ 手机号: 'number', 备注: 'remark' });
});

it('wants one number column and no meaning twice', () => {
  expect(faultOf({ a: 'name' })).toBe('no_number');
  expect(faultOf({ a: 'number', b: 'number' })).toBe('twice');
  expect(faultOf({ a: 'number', b: 'attribute', c: 'attribute', d: 'ignore', e: 'ignore' })).toBeNull();
});
