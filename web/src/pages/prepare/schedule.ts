// When a campaign may send and how long it takes, from its parameters and what narrows them. Pure.

export interface Window {
  start: number;
  end: number;
}
export interface NamedWindow extends Window {
  name: 'campaign' | 'channel' | 'company';
}

const kMinutesOfDay = 1440;
const kMostDays = 60;

interface CompanyRow {
  message_class?: string;
  start_minute: number;
  end_minute: number;
}

/** The company's hours for a class over all its rows, the widest of any day and jurisdiction; none when it has no row. What
 * a single recipient's day allows is for the server to say. */
export function companyWindow(rows: CompanyRow[], messageClass: string): Window | undefined {
  const own = rows.filter((row) => row.message_class === messageClass);
  if (own.length === 0) return undefined;
  return {
    start: Math.min(...own.map((row) => row.start_minute)),
    end: Math.max(...own.map((row) => row.end_minute)),
  };
}

/** The narrowest of the windows, with who sets each end; null when they have no minute in common. */
export function effectiveWindow(
  windows: NamedWindow[],
): { window: Window; startBy: NamedWindow['name']; endBy: NamedWindow['name'] } | null {
  const first = windows[0];
  if (!first) return null;
  const latest = windows.reduce((a, b) => (b.start > a.start ? b : a), first);
  const earliest = windows.reduce((a, b) => (b.end < a.end ? b : a), first);
  if (latest.start >= earliest.end) return null;
  return {
    window: { start: latest.start, end: earliest.end },
    startBy: latest.name,
    endBy: earliest.name,
  };
}

/** Segments a second: the lowest of those that limit (0 does not); null when none does. */
export function effectiveRate(...rates: number[]): number | null {
  const limits = rates.filter((rate) => rate > 0);
  return limits.length > 0 ? Math.min(...limits) : null;
}

export function minuteOfDay(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}

/** Whether some of the messages would grow too old before their turn: past the campaign's own end, or else past the
 * validity of the class, which counts from the start. */
export function endsTooLate(
  start: Date,
  end: Date | null,
  expiresAt: string | undefined,
  validity: number,
): boolean {
  if (end === null) return true;
  const last = expiresAt ? Date.parse(expiresAt) : start.getTime() + validity * 1000;
  return end.getTime() > last;
}

/** When `seconds` of sending that begin at `start` are over, sending only in the window; null: more than 60 days. */
export function finishAt(start: Date, seconds: number, window: Window, zone: string): Date | null {
  const perDay = (window.end - window.start) * 60;
  if (perDay <= 0 || seconds / perDay > kMostDays) return null;
  let at = start.getTime();
  let rest = seconds;
  let minute = minuteOfDay(start, zone);
  for (let day = 0; day <= kMostDays; day += 1) {
    if (minute >= window.end) {
      at += (kMinutesOfDay - minute + window.start) * 60_000;
      minute = window.start;
    } else if (minute < window.start) {
      at += (window.start - minute) * 60_000;
      minute = window.start;
    }
    const available = (window.end - minute) * 60;
    if (rest <= available) return new Date(at + rest * 1000);
    rest -= available;
    at += available * 1000;
    minute = window.end;
  }
  return null;
}
