import { describe, expect, it } from 'vitest';
import { fromWall, toWall } from './zoned_time';

describe('zoned time', () => {
  it('shows the wall clock of the zone and comes back to the same moment', () => {
    const moment = '2026-11-25T02:00:00.000Z';
    for (const [zone, clock] of [
      ['Asia/Shanghai', '2026-11-25 10:00'],
      ['America/New_York', '2026-11-24 21:00'],
      ['UTC', '2026-11-25 02:00'],
    ] as const) {
      const wall = toWall(moment, zone)!;
      expect(wall.format('YYYY-MM-DD HH:mm')).toBe(clock);
      expect(fromWall(wall, zone)).toBe(moment);
    }
  });
  it('has nothing for nothing', () => {
    expect(toWall(undefined, 'UTC')).toBeNull();
    expect(fromWall(null, 'UTC')).toBeUndefined();
  });
});
