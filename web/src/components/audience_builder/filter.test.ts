import { describe, expect, it } from 'vitest';
import { conditionCount, consentedOf, countQuery, emptyFilter, isChosen, tidyFilter } from './filter';

describe('tidyFilter', () => {
  it('trims, removes doubles and what sets no condition', () => {
    expect(
      tidyFilter({
        cities: [' 上海 ', '上海', ''],
        member_levels: [],
        regions: ['cn'],
        attributes: [
          { name: ' tier ', values: ['gold', ' '] },
          { name: 'half', values: [] },
          { name: '', values: ['x'] },
        ],
        carriers: [],
      }),
    ).toEqual({
      cities: ['上海'],
      member_levels: [],
      regions: ['CN'],
      attributes: [{ name: 'tier', values: ['gold'] }],
      carriers: [],
    });
  });
});

describe('conditionCount', () => {
  it('counts conditions, not values', () => {
    expect(conditionCount(emptyFilter())).toBe(0);
    expect(
      conditionCount({
        ...emptyFilter(),
        cities: ['上海', '杭州'],
        consented_to: 'marketing',
        not_sent_within_days: 30,
        attributes: [{ name: 'tier', values: ['gold', 'silver'] }],
      }),
    ).toBe(4);
  });
});

describe('countQuery', () => {
  it('names a segment or an import alone', () => {
    expect(countQuery({ segment_id: 'seg_1' })).toEqual({ segment_id: 'seg_1' });
    expect(countQuery({ import_id: 'imp_1' })).toEqual({ import_id: 'imp_1' });
  });
  it('spells attributes as name=value and leaves out what is empty', () => {
    expect(
      countQuery({
        filter: {
          ...emptyFilter(),
          cities: ['上海'],
          attributes: [{ name: 'tier', values: ['gold', 'silver'] }],
          replied_within_days: 7,
        },
      }),
    ).toEqual({ cities: ['上海'], attributes: ['tier=gold', 'tier=silver'], replied_within_days: 7 });
    expect(countQuery({ filter: emptyFilter() })).toEqual({});
  });
});

describe('consentedOf', () => {
  it('adds the class to a filter, an import and a known segment', () => {
    expect(consentedOf({ filter: emptyFilter() }, 'marketing', undefined)?.filter?.consented_to).toBe(
      'marketing',
    );
    expect(consentedOf({ import_id: 'imp_1' }, 'marketing', undefined)?.filter).toMatchObject({
      import_id: 'imp_1',
      consented_to: 'marketing',
    });
    expect(consentedOf({ segment_id: 'seg_1' }, 'marketing', undefined)).toBeUndefined();
    expect(consentedOf({ segment_id: 'seg_1' }, 'marketing', emptyFilter())?.filter?.consented_to).toBe(
      'marketing',
    );
  });
  it('has no answer for a filter that asks for consent to another class', () => {
    const filter = { ...emptyFilter(), consented_to: 'notification' as const };
    expect(consentedOf({ filter }, 'marketing', undefined)).toBeUndefined();
  });
});

describe('isChosen', () => {
  it('is false until one of the three is there', () => {
    expect(isChosen(undefined)).toBe(false);
    expect(isChosen({})).toBe(false);
    expect(isChosen({ filter: emptyFilter() })).toBe(true);
  });
});
