// The settings' form and the API's settings: one to the other. Pure.
import type { Schema } from '@/api/client';

type Settings = Schema<'SendingSettingsView'>;
export type Weekday = Schema<'Weekday'>;
type Holiday = Schema<'HolidayView'>;

export const kWeekdays: Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];
/** Of a window: a row that is of every class. */
export const kEveryClass = 'all';

export interface WindowRow {
  scope: Schema<'MessageClass'> | typeof kEveryClass;
  region: string;
  start_minute: number;
  end_minute: number;
  days: Weekday[];
}
export interface HolidayRow {
  date: string;
  region: string;
  name: string;
  closed: boolean;
  start_minute: number;
  end_minute: number;
}
export interface Values extends Schema<'ValidityView'> {
  frequency: Schema<'FrequencyRuleView'>[];
  windows: WindowRow[];
  holidays: HolidayRow[];
  notice_threshold: number;
  receipt_overdue_seconds: number;
  test_expiry_seconds: number;
  schedule_grace_seconds: number;
  failure_pause_percent: number;
  failure_pause_minimum: number;
  filing_warning_days: number;
}

const kHolidayHours = { start_minute: 600, end_minute: 1080 };

export function holidayRow(holiday: Holiday): HolidayRow {
  const open = holiday.start_minute !== undefined && holiday.end_minute !== undefined;
  return {
    date: holiday.date,
    region: holiday.region,
    name: holiday.name,
    closed: !open,
    start_minute: holiday.start_minute ?? kHolidayHours.start_minute,
    end_minute: holiday.end_minute ?? kHolidayHours.end_minute,
  };
}

export function valuesOf(settings: Settings): Values {
  return {
    ...settings.validity,
    frequency: settings.frequency,
    windows: settings.windows.map(({ message_class: scope, ...row }) => ({
      scope: scope ?? kEveryClass,
      ...row,
    })),
    holidays: settings.holidays.map(holidayRow),
    notice_threshold: settings.notice_threshold,
    receipt_overdue_seconds: settings.receipt_overdue_seconds,
    test_expiry_seconds: settings.test_expiry_seconds,
    schedule_grace_seconds: settings.schedule_grace_seconds,
    failure_pause_percent: settings.failure_pause_percent,
    failure_pause_minimum: settings.failure_pause_minimum,
    filing_warning_days: settings.filing_warning_days,
  };
}

export function changeOf(values: Values): Schema<'ChangeSendingSettings'> {
  return {
    frequency: values.frequency,
    windows: values.windows.map(({ scope, ...row }) => ({
      ...row,
      region: row.region.trim().toUpperCase(),
      ...(scope === kEveryClass ? {} : { message_class: scope }),
    })),
    holidays: values.holidays.map(({ closed, start_minute, end_minute, ...row }) => ({
      ...row,
      region: row.region.trim().toUpperCase(),
      ...(closed ? {} : { start_minute, end_minute }),
    })),
    validity: {
      verification_seconds: values.verification_seconds,
      notification_seconds: values.notification_seconds,
      marketing_seconds: values.marketing_seconds,
      public_service_seconds: values.public_service_seconds,
    },
    notice_threshold: values.notice_threshold,
    receipt_overdue_seconds: values.receipt_overdue_seconds,
    test_expiry_seconds: values.test_expiry_seconds,
    schedule_grace_seconds: values.schedule_grace_seconds,
    failure_pause_percent: values.failure_pause_percent,
    failure_pause_minimum: values.failure_pause_minimum,
    filing_warning_days: values.filing_warning_days,
  };
}

const kLine =
  /^(\d{4}-\d{2}-\d{2})\s*[,，\t]\s*([A-Za-z]{2})?\s*[,，\t]\s*([^,，\t]*?)\s*[,，\t]\s*(closed|休|(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2}))$/;

/** A calendar as text, a date a line: "2026-10-01,CN,国庆节,closed" or "…,10:00-18:00". The numbers of lines that are
 * none of these are in `wrong`. */
export function parseHolidays(text: string): { rows: HolidayRow[]; wrong: number[] } {
  const rows: HolidayRow[] = [];
  const wrong: number[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const found = kLine.exec(line.trim());
    const minute = (hour: string | undefined, rest: string | undefined) => Number(hour) * 60 + Number(rest);
    const closed = found !== null && found[5] === undefined;
    const start = closed ? kHolidayHours.start_minute : minute(found?.[5], found?.[6]);
    const end = closed ? kHolidayHours.end_minute : minute(found?.[7], found?.[8]);
    const isDate = found !== null && !Number.isNaN(Date.parse(found[1]!));
    if (!found || !isDate || !(start < end) || end > 1440) {
      wrong.push(index + 1);
      return;
    }
    rows.push({
      date: found[1]!,
      region: (found[2] ?? '').toUpperCase(),
      name: found[3] ?? '',
      closed,
      start_minute: start,
      end_minute: end,
    });
  });
  return { rows, wrong };
}

/** The calendar with the rows put in: one of a date and jurisdiction that is there already takes its place. */
export function mergeHolidays(rows: HolidayRow[], added: HolidayRow[]): HolidayRow[] {
  const key = (row: HolidayRow) => `${row.date} ${row.region}`;
  const all = new Map([...rows, ...added].map((row) => [key(row), row]));
  return [...all.values()].sort((a, b) => key(a).localeCompare(key(b)));
}
