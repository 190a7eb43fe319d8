// Beside the form: the message on a phone, what it costs, what screening says of it, as one writes.
import { Alert, Flex, InputNumber, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { sortedFindings, type Part } from '@/components/content/findings';
import { FindingView } from '@/components/content/finding_view';
import { MarkLegend, MessagePreview } from '@/components/content/message_preview';
import { ScreeningFacts } from '@/components/content/screening_facts';
import type { TextSpan } from '@/components/highlight_spans';
import { Figure, Figures, TermTag } from '@/components/marks';
import { ProblemAlert } from '@/components/problem_view';
import { Section } from '@/components/section';
import { storedFen, storeFen, yuanFor } from './cost';
import { FalsePositive } from './false_positive';
import type { Measured } from './use_measured';

interface Props {
  text: Schema<'ContentTextSpec'>;
  measured: Pick<Measured, 'measure' | 'screening'> | undefined;
  spansOf: (part: Part) => TextSpan[];
  error?: unknown;
  /** Whether what is shown is of the text as it stands. */
  current?: boolean;
  /** Of what is saved; for asking that a phrase be allowed. */
  contentId?: string;
}

export function PreviewSide({ text, measured, spansOf, error, current = true, contentId }: Props) {
  const { t } = useTranslation('content');
  const [active, setActive] = useState<string>();
  const samples = Object.fromEntries(text.variables.map((v) => [v.name, v.sample]));
  return (
    <Flex vertical gap={16}>
      <Section
        title={t('preview')}
        extra={
          <span aria-live="polite">
            {!current
              ? t('checking')
              : measured && <TermTag list="verdict" name={measured.screening.verdict} />}
          </span>
        }
      >
        <Flex vertical gap={12}>
          <MessagePreview
            text={text}
            samples={samples}
            spansOf={spansOf}
            active={active}
            onPick={setActive}
          />
          {measured && <Cost measure={measured.measure} />}
        </Flex>
      </Section>
      <Section title={t('screening')}>
        {error ? <ProblemAlert error={error} /> : null}
        <Findings measured={measured} active={active} onShow={setActive} contentId={contentId} />
      </Section>
      {measured && <ScreeningFacts screening={measured.screening} />}
    </Flex>
  );
}

function Findings({
  measured,
  active,
  onShow,
  contentId,
}: Pick<Props, 'measured' | 'contentId'> & { active?: string; onShow: (key: string) => void }) {
  const { t } = useTranslation('content');
  if (!measured) return <Typography.Text type="secondary">{t('write_first')}</Typography.Text>;
  const { findings, verdict } = measured.screening;
  if (findings.length === 0) return <Typography.Text type="secondary">{t('no_finding')}</Typography.Text>;
  return (
    <Flex vertical gap={14}>
      <MarkLegend />
      {verdict === 'block' && <Alert type="error" showIcon title={t('blocked')} />}
      {sortedFindings(findings).map((finding) => (
        <FindingView
          key={finding.index}
          finding={finding}
          active={active === `finding-${finding.index}`}
          onShow={() => onShow(`finding-${finding.index}`)}
        >
          <FalsePositive finding={finding} contentId={contentId} />
        </FindingView>
      ))}
    </Flex>
  );
}

function Cost({ measure }: { measure: Schema<'MeasureView'> }) {
  const { t } = useTranslation('content');
  const { count } = useFormat();
  const term = useTerm();
  const [fen, setFen] = useState(storedFen);
  const change = (next: number | null) => {
    if (next === null) return;
    setFen(next);
    storeFen(next);
  };
  return (
    <Flex vertical gap={8}>
      <Figures>
        <Figure
          name={t('cost.segments')}
          value={count(measure.segments)}
          hint={t('cost.units', {
            units: count(measure.units),
            encoding: term('encoding', measure.encoding),
          })}
        />
        <Figure name={t('cost.longest')} value={count(measure.longest_segments)} />
        <Figure name={t('cost.each')} value={yuanFor(1, measure.segments, fen)} />
      </Figures>
      <Typography.Text type="secondary">
        {t('cost.units', { units: count(measure.units), encoding: term('encoding', measure.encoding) })}
        <br />
        {t('cost.ten_thousand', {
          usual: yuanFor(10_000, measure.segments, fen),
          most: yuanFor(10_000, measure.longest_segments, fen),
        })}
      </Typography.Text>
      <Flex gap={8} align="center" wrap>
        <label htmlFor="fen">{t('cost.price')}</label>
        <InputNumber
          id="fen"
          size="small"
          min={0}
          max={1000}
          step={0.1}
          value={fen}
          onChange={change}
          style={{ width: 80 }}
        />
        <Typography.Text type="secondary">{t('cost.estimate')}</Typography.Text>
      </Flex>
    </Flex>
  );
}
