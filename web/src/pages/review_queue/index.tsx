// What waits for compliance, the oldest first; j and k go through it, Enter opens.
import { Card, Empty, Flex, Grid, Tag, Typography } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { formatDistance } from '@/app/format';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { countBySeverity, kSeverities } from '@/components/content/findings';
import { useVersion } from '@/components/content/problem_list';
import { SecondReviewMark } from '@/components/content/second_review';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { UserName } from '@/components/user_name';
import { isForField } from '@/pages/review/queue';
import { placeAfter } from './steps';
import '@/components/text_marks.css';

type Queued = Schema<'QueuedContent'>;
type Row = Queued & { id: string };

async function fetchPage(after: string | undefined, limit: number) {
  const { data } = await api.GET('/api/v1/contents/review_queue', { params: { query: { limit, after } } });
  return {
    items: data!.items.map((item) => ({ ...item, id: item.content.id })),
    next_after: data!.next_after,
  };
}

/** j and k move the focus from one row's link to the next; Enter then opens it as any link. */
function useRowKeys() {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if ((event.key !== 'j' && event.key !== 'k') || isForField(event)) return;
      const links = [...document.querySelectorAll<HTMLElement>('[data-queue-link]')];
      const at = links.indexOf(document.activeElement as HTMLElement);
      links[placeAfter(at, links.length, event.key === 'j' ? 1 : -1)]?.focus();
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** Counted from the very version that waits: an earlier round's findings are not this one's. */
function FindingCounts({ row }: { row: Row }) {
  const { t } = useTranslation('review_queue');
  const term = useTerm();
  const { data } = useVersion(row.id, row.content.version_number);
  if (!data) return <>…</>;
  const counts = countBySeverity(data.screening.findings);
  const found = kSeverities.filter((severity) => counts[severity] > 0);
  if (found.length === 0) return <Typography.Text type="secondary">{t('no_finding')}</Typography.Text>;
  return (
    <Flex gap={4} wrap>
      {found.map((severity) => (
        <Tag key={severity} style={{ marginInlineEnd: 0 }}>
          {term('severity', severity)} <b className="tabular">{counts[severity]}</b>
        </Tag>
      ))}
    </Flex>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation('review_queue');
  const term = useTerm();
  const { language } = usePreferences();
  const now = new Date();
  return [
    {
      key: 'name',
      title: t('name'),
      render: (_, row) => (
        <Link to={`/review/${row.id}`} data-queue-link>
          {row.content.name}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('stage'),
      render: (_, row) =>
        row.second_review ? (
          <SecondReviewMark first={row.second_review} />
        ) : (
          <TermTag list="content_state" name={row.content.state} />
        ),
    },
    {
      key: 'class',
      title: t('class'),
      render: (_, row) => term('message_class', row.content.message_class),
    },
    {
      key: 'round',
      title: t('round'),
      render: (_, row) => t('round_of', { round: row.content.round }),
    },
    {
      key: 'verdict',
      title: t('verdict'),
      render: (_, row) => <TermTag list="verdict" name={row.content.verdict} />,
    },
    { key: 'findings', title: t('findings'), render: (_, row) => <FindingCounts row={row} /> },
    {
      key: 'waiting',
      title: t('waiting'),
      render: (_, row) => formatDistance(row.submitted_at, now, language),
    },
    {
      key: 'submitted_at',
      title: t('submitted_at'),
      render: (_, row) => <TimeText value={row.submitted_at} />,
    },
    { key: 'submitted_by', title: t('submitted_by'), render: (_, row) => <UserName id={row.submitted_by} /> },
    {
      key: 'version',
      title: t('version'),
      optional: true,
      render: (_, row) => t('version_of', { number: row.content.version_number }),
    },
  ];
}

export default function ReviewQueue() {
  const { t } = useTranslation('review_queue');
  const columns = useColumns();
  const phone = Grid.useBreakpoint().md === false;
  useRowKeys();
  return (
    <Page title={t('title')} subtitle={<Hint />}>
      <DataTable<Row>
        id="review_queue"
        ariaLabel={t('title')}
        // The same key as the review page's, so that a decision refreshes both.
        queryKey={['get', '/api/v1/contents/review_queue', 'table']}
        page={fetchPage}
        columns={columns}
        card={phone ? (row) => <QueueCard row={row} /> : undefined}
        rowKey="id"
        rowClassName={() => 'focus-row'}
        exportUrl="/api/v1/contents/review_queue.csv"
        refetchInterval={30_000}
        limit={20}
        empty={<Empty description={t('empty')} />}
      />
    </Page>
  );
}

/** A row on a phone. */
function QueueCard({ row }: { row: Row }) {
  const { t } = useTranslation('review_queue');
  const term = useTerm();
  const { language } = usePreferences();
  return (
    <Card size="small">
      <Flex vertical gap={4}>
        <Flex justify="space-between" gap={8} align="flex-start">
          <Link to={`/review/${row.id}`} data-queue-link>
            {row.content.name}
          </Link>
          <TermTag list="verdict" name={row.content.verdict} />
        </Flex>
        <span>
          {term('message_class', row.content.message_class)} · {t('round_of', { round: row.content.round })} ·{' '}
          {formatDistance(row.submitted_at, new Date(), language)}
        </span>
        <FindingCounts row={row} />
        <SecondReviewMark first={row.second_review} />
        <Typography.Text type="secondary">
          <UserName id={row.submitted_by} /> <TimeText value={row.submitted_at} />
        </Typography.Text>
      </Flex>
    </Card>
  );
}

function Hint() {
  const { t } = useTranslation('review_queue');
  const { md } = Grid.useBreakpoint();
  if (!md) return t('hint'); // a phone has no such keys
  return (
    <>
      {t('hint')} <kbd>j</kbd> {t('hint_next')} · <kbd>k</kbd> {t('hint_previous')} · <kbd>Enter</kbd>{' '}
      {t('hint_open')}
    </>
  );
}
