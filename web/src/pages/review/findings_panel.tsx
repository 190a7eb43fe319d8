// What screening found, the gravest first; the reviewer confirms or dismisses each.
import { Alert, Button, Empty, Flex, Input, Radio, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import {
  countBySeverity,
  type Finding,
  findingKey,
  kSeverities,
  sortedFindings,
} from '@/components/content/findings';
import { FindingView } from '@/components/content/finding_view';
import { Section } from '@/components/section';
import type { DraftDisposition, ReviewDraft } from './decision';

interface Props {
  findings: readonly Finding[];
  dispositions: ReviewDraft['dispositions'];
  onDispose: (finding: number, disposition: DraftDisposition) => void;
  onProblem: (finding: Finding) => void;
  active?: string;
  onShow: (key: string) => void;
  disabled: boolean;
}

export function FindingsPanel(props: Props) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const counts = countBySeverity(props.findings);
  return (
    <Section
      title={t('findings.title')}
      extra={kSeverities
        .filter((severity) => counts[severity] > 0)
        .map((severity) => (
          <Tag key={severity}>
            {term('severity', severity)} <b className="tabular">{counts[severity]}</b>
          </Tag>
        ))}
    >
      {props.findings.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('findings.none')} />
      ) : (
        <Flex vertical gap={18}>
          {counts.block > 0 && <Alert type="error" showIcon title={t('findings.blocked')} />}
          {sortedFindings(props.findings).map((finding) => (
            <FindingView
              key={finding.index}
              finding={finding}
              active={props.active === findingKey(finding.index)}
              onShow={() => props.onShow(findingKey(finding.index))}
            >
              <DispositionForm {...props} finding={finding} />
            </FindingView>
          ))}
        </Flex>
      )}
    </Section>
  );
}

function DispositionForm({
  finding,
  dispositions,
  onDispose,
  onProblem,
  disabled,
}: Props & { finding: Finding }) {
  const { t } = useTranslation('review');
  const given = dispositions[finding.index];
  const words = finding.matched || finding.rule_id;
  return (
    <Flex gap={8} wrap align="center" style={{ marginBlockStart: 8 }}>
      <Radio.Group
        size="small"
        optionType="button"
        disabled={disabled}
        aria-label={t('disposition.of', { words })}
        value={given?.decision ?? null}
        onChange={(event) =>
          onDispose(finding.index, { reason: given?.reason ?? '', decision: event.target.value })
        }
        options={[
          { value: 'confirmed', label: t('disposition.confirmed') },
          { value: 'permitted', label: t('disposition.permitted') },
          { value: 'dismissed', label: t('disposition.dismissed') },
        ]}
      />
      {given && (
        <Input
          size="small"
          style={{ flex: '1 1 180px' }}
          disabled={disabled}
          status={given.decision !== 'confirmed' && !given.reason.trim() ? 'error' : undefined}
          aria-label={t('disposition.reason_of', { words })}
          placeholder={
            given.decision === 'confirmed' ? t('disposition.reason_optional') : t('disposition.reason')
          }
          maxLength={2000}
          value={given.reason}
          onChange={(event) => onDispose(finding.index, { ...given, reason: event.target.value })}
        />
      )}
      {given?.decision === 'confirmed' && (
        <Button size="small" disabled={disabled} onClick={() => onProblem(finding)}>
          {t('disposition.as_problem')}
        </Button>
      )}
    </Flex>
  );
}
