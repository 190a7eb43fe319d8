// One attempt with one segment: stored, answered, reported, each with its time and the carrier's own codes.
import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  MinusCircleOutlined,
} from '@ant-design/icons';
import { Flex, Timeline, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatDuration } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { IdText, TermTag, TimeText } from '@/components/marks';
import { type Attempt, type Progress, stepsOf } from './steps';

const kIcon: Record<Progress, ReactNode> = {
  done: <CheckCircleOutlined aria-hidden />,
  bad: <CloseCircleOutlined aria-hidden />,
  waiting: <ClockCircleOutlined aria-hidden />,
  absent: <MinusCircleOutlined aria-hidden />,
};
const kColour: Record<Progress, string> = { done: 'green', bad: 'red', waiting: 'blue', absent: 'gray' };

function Step({ title, time, children }: { title: ReactNode; time?: string; children?: ReactNode }) {
  return (
    <>
      <Flex gap="2px 12px" wrap align="baseline">
        <b>{title}</b>
        {time && <TimeText value={time} detail="second" />}
      </Flex>
      {children && (
        <Flex gap="2px 20px" wrap align="baseline" style={{ marginBlockStart: 4 }}>
          {children}
        </Flex>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span>
      <Typography.Text type="secondary">{name}</Typography.Text> {children}
    </span>
  );
}

/** Carriers mostly answer within milliseconds. */
function useSpan(): (seconds: number) => string {
  const { t } = useTranslation('message');
  const { language, count } = useFormat();
  return (seconds) =>
    seconds < 1
      ? t('milliseconds', { number: count(Math.round(seconds * 1000)) })
      : formatDuration(seconds, language);
}

function Response({ attempt, settled }: { attempt: Attempt; settled: boolean }) {
  const { t } = useTranslation('message');
  const span = useSpan();
  const { response, responseAfter } = stepsOf(attempt, settled);
  const status = attempt.response_status;
  const word = t(`status.${status.toLowerCase()}`, { defaultValue: '' });
  const title = response === 'waiting' || response === 'absent' ? t(`response.${response}`) : undefined;
  return (
    <Step title={title ?? t('response.title')} time={attempt.responded_at}>
      <TermTag list="attempt_outcome" name={attempt.outcome} />
      {status && (
        <Fact name={t('response.status')}>
          <IdText value={status} /> {word}
        </Fact>
      )}
      {attempt.carrier_message_id && (
        <Fact name={t('response.carrier_id')}>
          <IdText value={attempt.carrier_message_id} />
        </Fact>
      )}
      {responseAfter !== undefined && (
        <Typography.Text type="secondary">
          {t('response.after', { time: span(responseAfter) })}
        </Typography.Text>
      )}
    </Step>
  );
}

function Receipt({ attempt, settled }: { attempt: Attempt; settled: boolean }) {
  const { t } = useTranslation('message');
  const span = useSpan();
  const { receipt, receiptAfter } = stepsOf(attempt, settled);
  if (receipt === 'waiting' || receipt === 'absent') return <Step title={t(`receipt.${receipt}`)} />;
  const state = String(attempt.receipt_state);
  return (
    <Step title={t('receipt.title')} time={attempt.receipt_at}>
      <Fact name={t('receipt.state')}>{t(`receipt_state.${state}`, { defaultValue: state })}</Fact>
      {attempt.receipt_code && (
        <Fact name={t('receipt.code')}>
          <IdText value={attempt.receipt_code} />
        </Fact>
      )}
      {receiptAfter !== undefined && (
        <Typography.Text type="secondary">{t('receipt.after', { time: span(receiptAfter) })}</Typography.Text>
      )}
    </Step>
  );
}

function ChannelName({ id, name }: { id: string; name: string | undefined }) {
  const can = useCan();
  if (!can('channel.read')) return <IdText value={id} />;
  return <Link to={`/channels/${id}`}>{name ?? id}</Link>;
}

interface Props {
  attempt: Attempt;
  channel: string | undefined;
  /** Whether the message has its final state. */
  settled: boolean;
}

export function AttemptStory({ attempt, channel, settled }: Props) {
  const { t } = useTranslation('message');
  const steps = stepsOf(attempt, settled);
  const item = (key: string, progress: Progress, content: ReactNode) => ({
    key,
    icon: kIcon[progress],
    color: kColour[progress],
    content,
  });
  const items = [
    item(
      'stored',
      'done',
      <Step title={t('stored.title')} time={attempt.stored_at}>
        <Fact name={t('channel')}>
          <ChannelName id={attempt.channel_id} name={channel} />
        </Fact>
        <Typography.Text type="secondary">{t('stored.hint')}</Typography.Text>
      </Step>,
    ),
    item('response', steps.response, <Response attempt={attempt} settled={settled} />),
  ];
  if (steps.receipt !== 'none')
    items.push(item('receipt', steps.receipt, <Receipt attempt={attempt} settled={settled} />));
  return (
    <section>
      <Typography.Title level={3} style={{ fontSize: 14, marginBlock: '4px 12px' }}>
        {t('attempt', { number: attempt.number })}
        {attempt.segments > 1 && (
          <Typography.Text type="secondary" style={{ marginInlineStart: 8, fontWeight: 400 }}>
            {t('part', { segment: attempt.segment, segments: attempt.segments })}
          </Typography.Text>
        )}
      </Typography.Title>
      <Timeline items={items} />
    </section>
  );
}
