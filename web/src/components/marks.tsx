// The small things that show one value: a state, a time, a name, a hash, a figure.
import { CopyOutlined } from '@ant-design/icons';
import { App, Button, Flex, Tag, Tooltip, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shortHash, zoneText } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { type Terms, useTerm } from '@/app/terms';

const kTone: Partial<Record<string, string>> = {
  // campaigns
  planned: 'default',
  freezing: 'processing',
  frozen: 'blue',
  handed_over: 'cyan',
  testing: 'processing',
  ready: 'gold',
  scheduled: 'gold',
  running: 'processing',
  paused: 'orange',
  finishing: 'processing',
  completed: 'green',
  cancelled: 'default',
  // contents
  draft: 'default',
  first_reviewed: 'blue',
  submitted: 'gold',
  second_review: 'gold',
  passed_on: 'gold',
  approved: 'green',
  rejected: 'red',
  withdrawn: 'default',
  // approvals, verdicts, severities
  stands: 'green',
  voided_by_change: 'orange',
  suspended: 'red',
  pass: 'green',
  review: 'gold',
  block: 'red',
  info: 'blue',
  // messages, attempts
  delivered: 'green',
  failed: 'red',
  expired: 'orange',
  unknown: 'purple',
  refused: 'default',
  sent: 'blue',
  queued: 'default',
  in_flight: 'processing',
  held: 'default',
  accepted: 'green',
  open: 'processing',
  not_sent: 'default',
  // consents, tasks, imports, tests
  granted: 'green',
  confirmed: 'green',
  refuted: 'red',
  finished: 'green',
  passed: 'green',
  dry_run: 'processing',
  waiting_for_handsets: 'processing',
  // documents
  valid: 'green',
  expiring: 'orange',
  not_yet_valid: 'default',
  revoked: 'default',
  // filings
  filed: 'green',
  not_filed: 'default',
  // signatures of contents
  pending: 'gold',
  not_for_class: 'orange',
  signature_not_approved: 'red',
  // links, health, policy
  bound: 'green',
  connecting: 'processing',
  backoff: 'orange',
  bad_credentials: 'red',
  stopped: 'default',
  draining: 'orange',
  ok: 'green',
  warn: 'orange',
  fail: 'red',
  enforced: 'green',
  evidenced: 'blue',
  partly: 'gold',
  not_yet: 'default',
  enabled: 'green',
  disabled: 'default',
  unreachable: 'red',
  timeout: 'orange',
};

/** A word of the field's lists as a tag whose colour goes with its meaning (never the only sign: the word is there). */
export function TermTag({ list, name }: { list: Terms; name: string | null | undefined }) {
  const term = useTerm();
  if (!name) return <>—</>;
  return <Tag color={kTone[name] ?? 'default'}>{term(list, name)}</Tag>;
}

export function TimeText({
  value,
  detail = 'minute',
}: {
  value: string | null | undefined;
  detail?: 'minute' | 'second' | 'date';
}) {
  const { time, zone } = useFormat();
  if (!value) return <>—</>;
  return (
    <Tooltip title={zoneText(zone, new Date(value))}>
      <time dateTime={value} className="tabular" style={{ whiteSpace: 'nowrap' }}>
        {time(value, detail)}
      </time>
    </Tooltip>
  );
}

export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return (
    <Button
      type="text"
      size="small"
      icon={<CopyOutlined />}
      aria-label={t('action.copy')}
      onClick={() => {
        void navigator.clipboard?.writeText(text).then(() => message.success(t('action.copied')));
      }}
    />
  );
}

export function HashText({ value }: { value: string | null | undefined }) {
  if (!value) return <>—</>;
  return (
    <Tooltip title={<span className="mono">{value}</span>}>
      <span className="mono" style={{ whiteSpace: 'nowrap' }}>
        {shortHash(value)}
        <CopyButton text={value} />
      </span>
    </Tooltip>
  );
}

export function IdText({ value }: { value: string }) {
  return <span className="mono">{value}</span>;
}

/** A figure with its name below: several make a row. */
export function Figure({
  name,
  value,
  hint,
  tone,
}: {
  name: string;
  value: ReactNode;
  hint?: string;
  tone?: string;
}) {
  return (
    <div style={{ minWidth: 92 }} title={hint}>
      <div className="tabular" style={{ fontSize: 22, fontWeight: 600, lineHeight: 1.3, color: tone }}>
        {value}
      </div>
      <Typography.Text type="secondary">{name}</Typography.Text>
    </div>
  );
}

export function Figures({ children }: { children: ReactNode }) {
  return (
    <Flex gap={28} wrap>
      {children}
    </Flex>
  );
}
