// Why a message went, waits or was refused: each gate with the version of its rules, what it looked at, what it said.
import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  MinusCircleOutlined,
} from '@ant-design/icons';
import { Alert, Flex, Timeline, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { TimeText } from '@/components/marks';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { spanParts } from '@/components/span';
import { useFreshOn } from '@/components/use_fresh_on';
import { inputText, isTime } from './inputs';

type Explanation = Schema<'Explanation'>;
type Gate = Schema<'ExplainedGate'>;

const kIcon: Record<Gate['answer'], ReactNode> = {
  pass: <CheckCircleOutlined aria-hidden />,
  hold: <ClockCircleOutlined aria-hidden />,
  refuse: <CloseCircleOutlined aria-hidden />,
  exempt: <MinusCircleOutlined aria-hidden />,
};
const kColour: Record<Gate['answer'], string> = {
  pass: 'green',
  hold: 'blue',
  refuse: 'red',
  exempt: 'gray',
};

function Input({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation('message');
  const term = useTerm();
  return (
    <span>
      <Typography.Text type="secondary">{t(`input.${name}`, { defaultValue: name })}</Typography.Text>{' '}
      {isTime(value) ? <TimeText value={value} detail="second" /> : inputText(name, value, term, t)}
    </span>
  );
}

function Limit({ limit }: { limit: Schema<'ExplainedLimit'> }) {
  const { t } = useTranslation(['message', 'common']);
  const term = useTerm();
  const span = spanParts(limit.span_seconds);
  const text = t('limit', {
    source: term('frequency_source', limit.source),
    amount: span.amount,
    unit: t(`common:span.counted.${span.unit}`, { count: span.amount }),
    maximum: limit.maximum,
    used: limit.used,
  });
  const full = limit.used >= limit.maximum;
  return (
    <Typography.Text type={full ? 'danger' : undefined}>
      {limit.announcement_id ? <Link to={`/campaigns/${limit.announcement_id}`}>{text}</Link> : text}
    </Typography.Text>
  );
}

function GateLine({ gate }: { gate: Gate }) {
  const { t } = useTranslation('message');
  const term = useTerm();
  const versions = Object.entries(gate.rule_versions).map(([part, version]) =>
    version === 0
      ? t('rule_default', { part: term('rule_part', part) })
      : t('rule_version', { part: term('rule_part', part), version }),
  );
  return (
    <>
      <Flex gap="2px 12px" wrap align="baseline">
        <b>{term('gate', gate.gate)}</b>
        <Typography.Text type={gate.decides ? 'danger' : undefined} strong={gate.decides}>
          {term('gate_answer', gate.answer)}
        </Typography.Text>
        {gate.reason !== 'none' && <span>{term('reason', gate.reason)}</span>}
        {gate.due && (
          <span>
            {t('due')} <TimeText value={gate.due} detail="second" />
          </span>
        )}
        {versions.length > 0 && <Typography.Text type="secondary">{versions.join(t('and'))}</Typography.Text>}
      </Flex>
      <Flex gap="2px 20px" wrap align="baseline">
        {gate.inputs.map((input, index) => (
          <Input key={`${input.name}/${index}`} {...input} />
        ))}
        {gate.limits.map((limit, index) => (
          <Limit key={`${limit.source}/${index}`} limit={limit} />
        ))}
      </Flex>
    </>
  );
}

function Trace({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation('message');
  return (
    <Flex vertical gap={16}>
      <Typography.Text type="secondary">
        {t(`as_of.${explanation.as_of}`)} <TimeText value={explanation.at} detail="second" />
      </Typography.Text>
      {explanation.agrees === false && (
        <Alert type="warning" showIcon title={t('disagrees')} description={t('disagrees_hint')} />
      )}
      <Timeline
        items={explanation.gates.map((gate) => ({
          key: gate.gate,
          color: kColour[gate.answer],
          icon: kIcon[gate.answer],
          content: <GateLine gate={gate} />,
        }))}
      />
    </Flex>
  );
}

/** `state`: the message's, so that the trace is told anew when it changes. */
export function Gates({ id, state }: { id: string; state: string }) {
  const { t } = useTranslation('message');
  useFreshOn(state);
  const query = $api.useQuery('get', '/api/v1/messages/{message_id}/explain', {
    params: { path: { message_id: id } },
  });
  return (
    <Section title={t('gates')}>
      <QueryView query={query} rows={6}>
        {(explanation) => <Trace explanation={explanation} />}
      </QueryView>
    </Section>
  );
}
