// A date and time in the person's zone; value and change are the API's times. For a form field.
import { DatePicker, type DatePickerProps } from 'antd';
import { zoneText } from '@/app/format';
import { usePreferences } from '@/app/preferences';
import { fromWall, toWall } from './zoned_time';

interface Props extends Pick<DatePickerProps, 'disabledDate' | 'disabled' | 'status'> {
  id?: string;
  value?: string;
  onChange?: (time: string | undefined) => void;
  'aria-label'?: string;
  'aria-required'?: boolean;
  'aria-describedby'?: string;
}

export function ZonedPicker({ value, onChange, ...rest }: Props) {
  const { zone } = usePreferences();
  return (
    <DatePicker
      {...rest}
      showTime={{ format: 'HH:mm', minuteStep: 5 }}
      format="YYYY-MM-DD HH:mm"
      // Enter ends the choice of a time; it must not send the form around it.
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.preventDefault();
      }}
      value={toWall(value, zone)}
      onChange={(wall) => onChange?.(fromWall(wall?.second(0).millisecond(0) ?? null, zone))}
      renderExtraFooter={() => zoneText(zone)}
      style={{ width: '100%' }}
    />
  );
}
