// The parts of a report that are tables: reasons with a way to their messages, carriers, codes with cause and remedy.
import { Col, Flex, Row, Table, Typography } from 'antd';
import type { EChartsOption } from 'echarts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { formatShare } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { kStateOrder, stateColour } from '@/app/theme';
import { Chart } from '@/components/chart';
import { Section } from '@/components/section';
import { useReasonText } from '@/pages/monitor/reason_text';
import { type ReasonRow, reasonRows } from './rows';

type Body = Schema<'ReportBody'>;

export function Reasons({ body }: { body: Body }) {
  const { t } = useTranslation('report');
  const term = useTerm();
  const can = useCan();
  const { count, language } = useFormat();
  const rows = useMemo(() => reasonRows(body), [body]);
  const drill = can('message.read');
  return (
    <Section title={t('reasons')}>
      <Table<ReasonRow>
        size="small"
        pagination={false}
        rowKey="key"
        dataSource={rows}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('no_reasons') }}
        columns={[
          { key: 'kind', title: t('kind'), render: (_, r) => t(`kinds.${r.kind}`) },
          {
            key: 'reason',
            title: t('reason'),
            render: (_, r) =>
              drill ? (
                <Link to={`/campaigns/${body.campaign_id}/messages?${r.query}`}>
                  {term('reason', r.reason)}
                </Link>
              ) : (
                term('reason', r.reason)
              ),
          },
          {
            key: 'count',
            title: t('count'),
            className: 'tabular',
            align: 'end',
            render: (_, r) => count(r.count),
          },
          {
            key: 'share',
            title: t('share'),
            className: 'tabular',
            align: 'end',
            render: (_, r) => formatShare(r.count, body.targeted, language),
          },
        ]}
      />
    </Section>
  );
}

function useCarrierChart(body: Body): EChartsOption {
  const term = useTerm();
  const { dark } = usePreferences();
  return useMemo(() => {
    const shown = [...body.by_carrier].reverse();
    return {
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      legend: { top: 0, type: 'scroll' },
      xAxis: { type: 'value', minInterval: 1 },
      yAxis: { type: 'category', data: shown.map((c) => term('carrier', c.carrier)) },
      series: kStateOrder
        .filter((state) => shown.some((c) => c.by_state[state]))
        .map((state) => ({
          name: term('message_state', state),
          type: 'bar' as const,
          stack: 'all',
          barMaxWidth: 22,
          itemStyle: { color: stateColour(state, dark) },
          data: shown.map((c) => c.by_state[state] ?? 0),
        })),
    };
  }, [body, term, dark]);
}

export function Carriers({ body }: { body: Body }) {
  const { t } = useTranslation('report');
  const term = useTerm();
  const { count } = useFormat();
  const option = useCarrierChart(body);
  const states = kStateOrder.filter((state) => body.by_carrier.some((c) => c.by_state[state]));
  const words = body.by_carrier
    .map(
      (c) =>
        `${term('carrier', c.carrier)} ${states.map((s) => `${term('message_state', s)} ${c.by_state[s] ?? 0}`).join(' ')}`,
    )
    .join('；');
  return (
    <Section title={t('carriers')}>
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={14}>
          <Table
            size="small"
            pagination={false}
            rowKey="carrier"
            scroll={{ x: 'max-content' }}
            dataSource={body.by_carrier}
            columns={[
              { key: 'carrier', title: t('carrier'), render: (_, c) => term('carrier', c.carrier) },
              ...states.map((state) => ({
                key: state,
                title: term('message_state', state),
                className: 'tabular',
                align: 'end' as const,
                render: (_: unknown, c: Body['by_carrier'][number]) => count(c.by_state[state] ?? 0),
              })),
              {
                key: 'segments',
                title: t('segments'),
                className: 'tabular',
                align: 'end',
                render: (_, c) => count(c.segments),
              },
            ]}
          />
        </Col>
        <Col xs={24} xl={10} className="no-print">
          <Chart option={option} summary={words} height={60 + 44 * Math.max(2, body.by_carrier.length)} />
        </Col>
      </Row>
    </Section>
  );
}

export function Codes({ body }: { body: Body }) {
  const { t } = useTranslation('report');
  const term = useTerm();
  const text = useReasonText();
  const { count } = useFormat();
  if (body.by_code.length === 0) return null;
  return (
    <Section title={t('codes')}>
      <Table
        size="small"
        pagination={false}
        rowKey={(code) => code.stage + code.code}
        scroll={{ x: 'max-content' }}
        dataSource={body.by_code}
        columns={[
          { key: 'stage', title: t('stage'), render: (_, c) => term('code_stage', c.stage) },
          { key: 'code', title: t('code'), render: (_, c) => <span className="mono">{c.code}</span> },
          {
            key: 'count',
            title: t('count'),
            className: 'tabular',
            align: 'end',
            render: (_, c) => count(c.count),
          },
          { key: 'cause', title: t('cause'), render: (_, c) => text(c.cause) || '—' },
          { key: 'remedy', title: t('remedy'), render: (_, c) => text(c.remedy) || '—' },
        ]}
      />
    </Section>
  );
}

export function Replies({ body }: { body: Body }) {
  const { t } = useTranslation('report');
  const term = useTerm();
  const { count } = useFormat();
  const kinds = Object.entries(body.replies);
  return (
    <Section title={t('replies')}>
      {kinds.length === 0 ? (
        <Typography.Text type="secondary">{t('no_replies')}</Typography.Text>
      ) : (
        <Flex gap={24} wrap>
          {kinds.map(([kind, number]) => (
            <span key={kind} className="tabular">
              {term('inbound_kind', kind)} <b>{count(number)}</b>
            </span>
          ))}
        </Flex>
      )}
    </Section>
  );
}
