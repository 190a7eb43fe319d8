// The small controls above a table; each writes to the URL through useUrlFilters.
import { SearchOutlined } from '@ant-design/icons';
import { Input, Select } from 'antd';
import { useState } from 'react';

interface SelectProps {
  label: string;
  value: string | undefined;
  options: { value: string; label: string }[];
  onChange: (value: string | undefined) => void;
  width?: number;
}

export function FilterSelect({ label, value, options, onChange, width = 150 }: SelectProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      allowClear
      value={value ?? null}
      options={options}
      onChange={(next: string | null) => onChange(next ?? undefined)}
      style={{ minWidth: width }}
      popupMatchSelectWidth={false}
    />
  );
}

interface TextProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  width?: number;
}

/** Applied on Enter or when left, so that not every key press is a request. */
export function FilterText({ label, value, onChange, width = 200 }: TextProps) {
  const [text, setText] = useState(value ?? '');
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    setText(value ?? '');
  }
  const apply = () => {
    const next = text.trim() || undefined;
    if (next !== value) onChange(next);
  };
  return (
    <Input
      aria-label={label}
      placeholder={label}
      allowClear
      prefix={<SearchOutlined aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        if (event.target.value === '') onChange(undefined);
      }}
      onPressEnter={apply}
      onBlur={apply}
      style={{ width }}
      data-filter-text
    />
  );
}
