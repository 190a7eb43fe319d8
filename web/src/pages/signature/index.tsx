// One signature: what it is, who decided what, how it is filed, and which contents bear it.
import { Alert, Descriptions, Empty, Flex, Table, Tag, Timeline, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { FindingView } from '@/components/content/finding_view';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import { Deeds } from './deeds';
import { Filings } from './filings';

type View = Schema<'SignatureView'>;

function Facts({ signature }: { signature: View }) {
  const { t } = useTranslation('signatures');
  const { t: own } = useTranslation('signature');
  const { t: common } = useTranslation();
  const term = useTerm();
  return (
    <Section title={own('facts')}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'source', label: t('source'), children: term('signature_source', signature.source) },
          {
            key: 'classes',
            label: t('classes'),
            children: (
              <Flex gap={4} wrap>
                {signature.message_classes.map((one) => (
                  <Tag key={one}>{term('message_class', one)}</Tag>
                ))}
              </Flex>
            ),
          },
          { key: 'explanation', label: t('explanation'), children: signature.explanation || '—' },
          { key: 'by', label: t('asked_by'), children: <UserName id={signature.created_by} /> },
          {
            key: 'at',
            label: common('field.created_at'),
            children: <TimeText value={signature.created_at} />,
          },
          { key: 'live', label: t('live_contents'), children: signature.live_contents },
        ]}
      />
      {signature.findings.length > 0 && (
        <Flex vertical gap={12} style={{ marginBlockStart: 12 }}>
          {signature.findings.map((finding) => (
            <FindingView key={finding.index} finding={finding} active={false} />
          ))}
        </Flex>
      )}
    </Section>
  );
}

function Documents({ signature }: { signature: View }) {
  const { t } = useTranslation('signatures');
  const { t: own } = useTranslation('signature');
  return (
    <Section title={t('documents')}>
      {signature.qualifications.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={own('no_document')} />
      ) : (
        <Flex vertical gap={8}>
          {signature.qualifications.map((one) => (
            <Flex key={one.id} gap={8} align="center" wrap>
              <b>{one.title}</b>
              <Typography.Text type="secondary">
                {one.kind} · {one.number}
              </Typography.Text>
              <TermTag list="qualification_standing" name={one.standing} />
            </Flex>
          ))}
        </Flex>
      )}
    </Section>
  );
}

function Contents({ signature }: { signature: View }) {
  const { t } = useTranslation('signature');
  const can = useCan();
  return (
    <Section title={t('contents')}>
      {signature.contents.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('no_content')} />
      ) : (
        <Flex vertical gap={8}>
          {signature.contents.map((one) => (
            <Flex key={one.content_id} gap={8} align="center" wrap>
              {can('content.read') ? <Link to={`/contents/${one.content_id}`}>{one.name}</Link> : one.name}
              <TermTag list="content_state" name={one.state} />
              <TermTag list="message_class" name={one.message_class} />
            </Flex>
          ))}
        </Flex>
      )}
    </Section>
  );
}

function Events({ signature }: { signature: View }) {
  const { t } = useTranslation('signature');
  const term = useTerm();
  return (
    <Section title={t('events')}>
      <Timeline
        items={signature.events.map((one, index) => ({
          key: index,
          content: (
            <Flex gap={8} wrap>
              <b>{term('signature_deed', one.deed)}</b>
              {one.actor_id ? <UserName id={one.actor_id} /> : t('system')}
              <TimeText value={one.at} />
              {one.reason && <Typography.Text type="secondary">{one.reason}</Typography.Text>}
            </Flex>
          ),
        }))}
      />
    </Section>
  );
}

function FilingHistory({ signature }: { signature: View }) {
  const { t } = useTranslation('signature');
  const { t: common } = useTranslation();
  if (signature.filing_history.length === 0) return null;
  const name = new Map(signature.filings.map((one) => [one.channel_id, one.channel_name]));
  return (
    <Section title={t('history')}>
      <Table
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        rowKey={(row) => `${row.channel_id} ${row.at}`}
        dataSource={signature.filing_history}
        columns={[
          { key: 'at', title: common('field.time'), render: (_, row) => <TimeText value={row.at} /> },
          {
            key: 'channel',
            title: t('channel'),
            render: (_, row) => name.get(row.channel_id) ?? row.channel_id,
          },
          {
            key: 'state',
            title: common('field.state'),
            render: (_, row) => <TermTag list="filing_state" name={row.state} />,
          },
          { key: 'reference', title: t('reference'), render: (_, row) => row.reference || '—' },
          {
            key: 'note',
            title: t('note'),
            render: (_, row) => [row.note, row.code].filter(Boolean).join(' · ') || '—',
          },
          {
            key: 'by',
            title: t('by'),
            render: (_, row) => (row.actor_id ? <UserName id={row.actor_id} /> : t('system')),
          },
        ]}
      />
    </Section>
  );
}

function Stopped({ signature }: { signature: View }) {
  const { t } = useTranslation('signature');
  if (signature.state !== 'suspended' && signature.state !== 'withdrawn') return null;
  return (
    <Alert
      type="error"
      showIcon
      title={t(`stopped.${signature.state}`)}
      description={signature.state_reason}
      style={{ marginBlockEnd: 16 }}
    />
  );
}

export default function Signature() {
  const { id = '' } = useParams();
  const query = $api.useQuery('get', '/api/v1/signatures/{signature_id}', {
    params: { path: { signature_id: id } },
  });
  const signature = query.data;
  return (
    <Page
      back="/signatures"
      title={signature ? `【${signature.text}】` : '…'}
      subtitle={signature && <TermTag list="signature_state" name={signature.state} />}
      actions={signature && <Deeds signature={signature} />}
    >
      <QueryView query={query}>
        {(found) => (
          <Flex vertical gap={16}>
            <Stopped signature={found} />
            <Facts signature={found} />
            <Filings signature={found} />
            <Documents signature={found} />
            <Contents signature={found} />
            <Events signature={found} />
            <FilingHistory signature={found} />
          </Flex>
        )}
      </QueryView>
    </Page>
  );
}
