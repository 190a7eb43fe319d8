// Numbers, times and sizes as people read them. Pure.
import dayjs from 'dayjs';

export type Language = 'zh' | 'en';

const kLocale: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

export function formatTime(
  time: string | null | undefined,
  language: Language,
  zone: string,
  detail: 'minute' | 'second' | 'date' = 'minute',
): string {
  if (!time) return '—';
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  return new Intl.DateTimeFormat(kLocale[language], {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(detail === 'date' ? {} : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    ...(detail === 'second' ? { second: '2-digit' } : {}),
  }).format(at);
}

/** "Asia/Shanghai (UTC+8)". */
export function zoneText(zone: string, at: Date = new Date()): string {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'shortOffset' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  return `${zone} (${(name ?? 'UTC').replace('GMT', 'UTC')})`;
}

export function formatCount(value: number | null | undefined, language: Language): string {
  if (value === null || value === undefined) return '—';
  return new Intl.NumberFormat(kLocale[language]).format(value);
}

/** A share of a whole as a percentage; "—" where there is no whole. */
export function formatShare(part: number, whole: number, language: Language): string {
  if (!whole) return '—';
  return new Intl.NumberFormat(kLocale[language], {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(part / whole);
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export function formatDuration(seconds: number, language: Language): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} ${language === 'zh' ? '秒' : 's'}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return language === 'zh'
      ? `${minutes} 分 ${Math.round(seconds % 60)} 秒`
      : `${minutes} min ${Math.round(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return language === 'zh' ? `${hours} 小时 ${minutes % 60} 分` : `${hours} h ${minutes % 60} min`;
}

/** "09:00" of minutes after midnight. */
export function formatMinuteOfDay(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** How far off a moment is: "2 小时后" / "in 2 h", "3 天前" / "3 d ago". */
export function formatDistance(time: string, now: Date, language: Language): string {
  const seconds = (new Date(time).getTime() - now.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(kLocale[language], { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** A picker's value as the API wants it. */
export function toApiTime(value: dayjs.Dayjs | Date): string {
  return (value instanceof Date ? value : value.toDate()).toISOString();
}

/** The first characters of a hash, enough to compare by eye. */
export function shortHash(hash: string | null | undefined): string {
  return hash ? hash.slice(0, 12) : '—';
}
