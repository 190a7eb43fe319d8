// What screening found, the gravest first; the reviewer says of each what it is.
import { Alert, Button, Empty, Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { DispositionForm } from '@/components/content/disposition_form';
import type { DraftDisposition, Dispositions } from '@/components/content/dispositions';
import {
  countBySeverity,
  type Finding,
  findingKey,
  kSeverities,
  sortedFindings,
} from '@/components/content/findings';
import { FindingView } from '@/components/content/finding_view';
import { Section } from '@/components/section';

const kDecisions = ['confirmed', 'permitted', 'dismissed'] as const;

interface Props {
  findings: readonly Finding[];
  dispositions: Dispositions;
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
              <DispositionForm
                finding={finding}
                given={props.dispositions[finding.index]}
                decisions={kDecisions}
                onChange={(disposition) => props.onDispose(finding.index, disposition)}
                disabled={props.disabled}
              >
                {props.dispositions[finding.index]?.decision === 'confirmed' && (
                  <Button size="small" disabled={props.disabled} onClick={() => props.onProblem(finding)}>
                    {t('disposition.as_problem')}
                  </Button>
                )}
              </DispositionForm>
            </FindingView>
          ))}
        </Flex>
      )}
    </Section>
  );
}
