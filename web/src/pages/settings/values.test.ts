import { describe, expect, it } from 'vitest';
import { changeOf, mergeHolidays, parseHolidays, valuesOf } from './values';

const settings = {
  frequency: [{ message_class: 'marketing', maximum: 1, span_seconds: 86_400 }],
  windows: [
    { message_class: 'marketing', region: '', start_minute: 540, end_minute: 1200, days: ['monday'] },
    { region: 'CN', start_minute: 0, end_minute: 1440, days: ['sunday'] },
  ],
  holidays: [
    { date: '2026-10-01', region: 'CN', name: '国庆节' },
    { date: '2026-10-10', region: '', name: '', start_minute: 600, end_minute: 720 },
  ],
  validity: {
    verification_seconds: 600,
    notification_seconds: 86_400,
    marketing_seconds: 172_800,
    public_service_seconds: 259_200,
  },
  notice_threshold: 100_000,
  receipt_overdue_seconds: 1,
  test_expiry_seconds: 2,
  schedule_grace_seconds: 5,
  failure_pause_percent: 3,
  failure_pause_minimum: 4,
  filing_warning_days: 30,
  emergency_stop: false,
  part_versions: {},
  version: 1,
} as unknown as Parameters<typeof valuesOf>[0];

describe('the form', () => {
  it('gives back what it was given', () => {
    const change = changeOf(valuesOf(settings));
    for (const name of Object.keys(change) as (keyof typeof change)[])
      expect(change[name]).toEqual(settings[name]);
  });
});

describe('a calendar as text', () => {
  it('is read a date a line', () => {
    const text = '2026-10-01,CN,国庆节,closed\n\n2026-10-10，cn，补班，10:00-18:00\n2026-10-11,,,休';
    expect(parseHolidays(text)).toEqual({
      rows: [
        {
          date: '2026-10-01',
          region: 'CN',
          name: '国庆节',
          closed: true,
          start_minute: 600,
          end_minute: 1080,
        },
        {
          date: '2026-10-10',
          region: 'CN',
          name: '补班',
          closed: false,
          start_minute: 600,
          end_minute: 1080,
        },
        { date: '2026-10-11', region: '', name: '', closed: true, start_minute: 600, end_minute: 1080 },
      ],
      wrong: [],
    });
  });
  it('says which lines are wrong', () => {
    expect(
      parseHolidays('x\n2026-13-01,CN,a,closed\n2026-10-01,CN,a,18:00-10:00\n2026-10-01,CN,a').wrong,
    ).toEqual([1, 2, 3, 4]);
  });
  it('takes the place of what was said of the date', () => {
    const [first, second] = parseHolidays('2026-10-02,CN,a,closed\n2026-10-01,CN,b,closed').rows;
    const again = { ...first!, name: 'c' };
    expect(mergeHolidays([first!], [second!, again]).map((row) => row.name)).toEqual(['b', 'c']);
  });
});
