// What compliance says of one finding, and why.
import { Flex, Input, Radio } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type DraftDisposition, lacksReason } from './dispositions';
import type { Finding } from './findings';

interface Props {
  finding: Finding;
  given?: DraftDisposition;
  /** Those that may be chosen here, in this order. */
  decisions: readonly DraftDisposition['decision'][];
  onChange: (disposition: DraftDisposition) => void;
  disabled?: boolean;
  children?: ReactNode;
}

export function DispositionForm({ finding, given, decisions, onChange, disabled, children }: Props) {
  const { t } = useTranslation('review');
  const words = finding.matched || finding.rule_id;
  return (
    <Flex gap={8} wrap align="center" style={{ marginBlockStart: 8 }}>
      <Radio.Group
        size="small"
        optionType="button"
        disabled={disabled}
        aria-label={t('disposition.of', { words })}
        value={given?.decision ?? null}
        onChange={(event) => onChange({ reason: given?.reason ?? '', decision: event.target.value })}
        options={decisions.map((value) => ({ value, label: t(`disposition.${value}`) }))}
      />
      {given && (
        <Input
          size="small"
          style={{ flex: '1 1 180px' }}
          disabled={disabled}
          status={lacksReason(given) ? 'error' : undefined}
          aria-label={t('disposition.reason_of', { words })}
          placeholder={
            given.decision === 'confirmed' ? t('disposition.reason_optional') : t('disposition.reason')
          }
          maxLength={2000}
          value={given.reason}
          onChange={(event) => onChange({ ...given, reason: event.target.value })}
        />
      )}
      {children}
    </Flex>
  );
}
