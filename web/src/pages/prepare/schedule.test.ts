import { describe, expect, it } from 'vitest';
import {
  companyWindow,
  effectiveRate,
  effectiveWindow,
  endsTooLate,
  finishAt,
  minuteOfDay,
} from './schedule';

const kZone = 'Asia/Shanghai';
const kDay = { start: 540, end: 1200 };

describe('the effective window', () => {
  it('is the narrowest and says who narrows it', () => {
    expect(
      effectiveWindow([
        { name: 'campaign', start: 540, end: 1200 },
        { name: 'channel', start: 600, end: 1440 },
        { name: 'company', start: 540, end: 1080 },
      ]),
    ).toEqual({ window: { start: 600, end: 1080 }, startBy: 'channel', endBy: 'company' });
  });
  it('may be none', () => {
    expect(
      effectiveWindow([
        { name: 'campaign', start: 540, end: 600 },
        { name: 'channel', start: 600, end: 1440 },
      ]),
    ).toBeNull();
    expect(effectiveWindow([])).toBeNull();
  });
});

describe("the company's hours", () => {
  it('are the widest of the rows of the class', () => {
    const rows = [
      { message_class: 'marketing', start_minute: 540, end_minute: 1200 },
      { message_class: 'marketing', start_minute: 600, end_minute: 1260 },
      { start_minute: 0, end_minute: 1440 },
    ];
    expect(companyWindow(rows, 'marketing')).toEqual({ start: 540, end: 1260 });
    expect(companyWindow(rows, 'notification')).toBeUndefined();
  });
});

describe('what is sent slowly', () => {
  it('may grow too old', () => {
    const at = (time: string) => new Date(`2026-03-${time}:00Z`);
    expect(endsTooLate(at('02T02:00'), at('03T02:00'), undefined, 86_400)).toBe(false);
    expect(endsTooLate(at('02T02:00'), at('03T02:01'), undefined, 86_400)).toBe(true);
    expect(endsTooLate(at('02T02:00'), at('03T02:01'), '2026-03-04T00:00:00Z', 60)).toBe(false);
    expect(endsTooLate(at('02T02:00'), null, '2026-03-04T00:00:00Z', 60)).toBe(true);
  });
});

describe('the rate', () => {
  it('is the lowest that limits', () => {
    expect(effectiveRate(0, 200, 50)).toBe(50);
    expect(effectiveRate(0, 0)).toBeNull();
  });
});

describe('the end of sending', () => {
  const at = (text: string) => new Date(`${text}+08:00`);
  it('counts minutes in the zone', () => expect(minuteOfDay(at('2026-03-02T09:30:00'), kZone)).toBe(570));
  it('is within the day when there is time', () => {
    expect(finishAt(at('2026-03-02T10:00:00'), 3600, kDay, kZone)).toEqual(at('2026-03-02T11:00:00'));
  });
  it('waits for the window', () => {
    expect(finishAt(at('2026-03-02T07:00:00'), 60, kDay, kZone)).toEqual(at('2026-03-02T09:01:00'));
    expect(finishAt(at('2026-03-02T20:00:00'), 60, kDay, kZone)).toEqual(at('2026-03-03T09:01:00'));
  });
  it('goes on the next day', () => {
    expect(finishAt(at('2026-03-02T19:00:00'), 7200, kDay, kZone)).toEqual(at('2026-03-03T10:00:00'));
  });
  it('gives up on what takes for ever', () => {
    expect(finishAt(at('2026-03-02T19:00:00'), 1e9, kDay, kZone)).toBeNull();
    expect(finishAt(at('2026-03-02T19:00:00'), 1, { start: 5, end: 5 }, kZone)).toBeNull();
  });
});
