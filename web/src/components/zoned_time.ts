// A picker shows a time of day; which moment that is depends on the person's zone, which need not be the
// browser's. Pure.
import dayjs, { type Dayjs } from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);
dayjs.extend(timezone);

const kWall = 'YYYY-MM-DDTHH:mm:ss';

/** The moment as the picker's value: its wall clock in `zone`, written as if it were the browser's. */
export function toWall(moment: string | null | undefined, zone: string): Dayjs | null {
  if (!moment) return null;
  return dayjs(dayjs(moment).tz(zone).format(kWall));
}

/** The moment at which the picker's wall clock is shown in `zone`. */
export function fromWall(wall: Dayjs | null, zone: string): string | undefined {
  if (!wall) return undefined;
  return dayjs.tz(wall.format(kWall), zone).toDate().toISOString();
}
