// A span of time as a number and a unit, as seconds. For a form field.
import { Flex, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { kUnits, spanOf, spanParts, type Unit } from './span';

interface Props {
  id?: string;
  value?: number;
  onChange?: (seconds: number | undefined) => void;
  disabled?: boolean;
}

export function SpanInput({ id, value, onChange, disabled }: Props) {
  const { t } = useTranslation();
  // What is being typed keeps its unit: 24 hours do not become a day under one's hands.
  const [typed, setTyped] = useState<{ amount: number | null; unit: Unit }>();
  const said = typed && typed.amount !== null ? spanOf(typed.amount, typed.unit) : undefined;
  const parts =
    typed && said === value
      ? typed
      : value === undefined
        ? { amount: null, unit: 'day' as Unit }
        : spanParts(value);
  const change = (next: { amount: number | null; unit: Unit }) => {
    setTyped(next);
    onChange?.(next.amount === null ? undefined : spanOf(next.amount, next.unit));
  };
  return (
    <Flex gap={8}>
      <InputNumber
        id={id}
        aria-label={t('span.amount')}
        min={1}
        max={31_622_400}
        precision={0}
        disabled={disabled}
        style={{ width: 90 }}
        value={parts.amount}
        onChange={(amount) => change({ ...parts, amount })}
      />
      <Select
        aria-label={t('span.unit')}
        disabled={disabled}
        style={{ width: 140 }}
        value={parts.unit}
        options={kUnits.map((unit) => ({ value: unit, label: t(`span.units.${unit}`) }))}
        onChange={(unit) => change({ ...parts, unit })}
      />
    </Flex>
  );
}
