// A time of day by quarter hours, as minutes after midnight; 24:00 is the end of the day. For a form field.
import { Select } from 'antd';
import { formatMinuteOfDay } from '@/app/format';

interface Props {
  id?: string;
  value?: number;
  onChange?: (minute: number) => void;
  disabled?: boolean;
  minimum?: number;
  maximum?: number;
  'aria-label'?: string;
}

const kQuarter = 15;

/** The quarter hours from `minimum` to `maximum`, and the value that is there if it is none of them. */
export function minuteOptions(minimum: number, maximum: number, value?: number): number[] {
  const all = Array.from({ length: 97 }, (_, i) => i * kQuarter).filter((m) => m >= minimum && m <= maximum);
  if (value !== undefined && !all.includes(value)) all.push(value);
  return all.sort((a, b) => a - b);
}

export function MinuteSelect({ minimum = 0, maximum = 1440, value, ...rest }: Props) {
  return (
    <Select<number>
      {...rest}
      showSearch
      optionFilterProp="label"
      value={value}
      options={minuteOptions(minimum, maximum, value).map((minute) => ({
        value: minute,
        label: formatMinuteOfDay(minute),
      }))}
    />
  );
}
