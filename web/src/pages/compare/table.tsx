// The figures side by side: a row for each, a column for each campaign.
import { CloseOutlined } from '@ant-design/icons';
import { Button, Flex, Table, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatDuration, formatShare } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { Section } from '@/components/section';
import type { Effect } from '@/pages/campaign/effect';
import { type Row, rowsOf } from './rows';

const kRowHeadWidth = 190;
const kColumnWidth = 180;

function Value({ row, index }: { row: Row; index: number }) {
  const { t } = useTranslation('compare');
  const { count, language } = useFormat();
  const { value, share } = row.cells[index]!;
  if (value === undefined) return <>—</>;
  const main = {
    count: () => count(value),
    segments: () => count(value),
    share: () => formatShare(value, 1, language),
    duration: () => formatDuration(value, language),
  }[row.kind]();
  const more =
    share === undefined
      ? undefined
      : row.whole
        ? t('share', { share: formatShare(share, 1, language), whole: t(`whole.${row.whole}`) })
        : t('per_message', { number: count(Math.round(share * 100) / 100) });
  return (
    <>
      <Flex gap={8} align="center" wrap>
        <b>{main}</b>
        {row.best.includes(index) && (
          <Tag color="green" style={{ margin: 0 }}>
            <span aria-hidden>▲ </span>
            {t('best')}
          </Tag>
        )}
      </Flex>
      {more && <Typography.Text type="secondary">{more}</Typography.Text>}
    </>
  );
}

function Head({ effect, name, onRemove }: { effect: Effect; name: string; onRemove: () => void }) {
  const { t } = useTranslation('compare');
  const { time } = useFormat();
  return (
    <Flex justify="space-between" align="flex-start" gap={4}>
      <div style={{ overflowWrap: 'anywhere' }}>
        <Link
          to={`/campaigns/${effect.campaign_id}`}
          style={{ color: 'inherit', textDecoration: 'underline' }}
        >
          {name}
        </Link>
        <br />
        <Typography.Text type="secondary" style={{ fontWeight: 400 }}>
          {effect.started_at && t('started', { time: time(effect.started_at) })}
        </Typography.Text>
      </div>
      <Button
        type="text"
        size="small"
        icon={<CloseOutlined />}
        aria-label={t('remove', { name })}
        onClick={onRemove}
      />
    </Flex>
  );
}

interface Props {
  effects: Effect[];
  nameOf: (index: number) => string;
  onRemove: (id: string) => void;
}

export function ComparisonTable({ effects, nameOf, onRemove }: Props) {
  const { t } = useTranslation('compare');
  return (
    <Section title={t('table')}>
      {/* Not the table's own scrolling: that repeats the head's links and buttons out of sight. */}
      <div style={{ overflowX: 'auto' }}>
        <Table<Row>
          size="small"
          style={{ minWidth: kRowHeadWidth + kColumnWidth * effects.length }}
          rowKey="key"
          pagination={false}
          dataSource={rowsOf(effects)}
          columns={[
            {
              key: 'row',
              title: t('row'),
              width: kRowHeadWidth,
              rowScope: 'row',
              render: (_, row) => (
                <>
                  {t(`rows.${row.key}`)}
                  {row.kind === 'share' && (
                    <>
                      <br />
                      <Typography.Text type="secondary" style={{ fontWeight: 400 }}>
                        {t(`hints.${row.key}`)}
                      </Typography.Text>
                    </>
                  )}
                </>
              ),
            },
            ...effects.map((effect, index) => ({
              key: effect.campaign_id,
              title: (
                <Head effect={effect} name={nameOf(index)} onRemove={() => onRemove(effect.campaign_id)} />
              ),
              width: kColumnWidth,
              className: 'tabular',
              render: (_: unknown, row: Row) => <Value row={row} index={index} />,
            })),
          ]}
        />
      </div>
      {effects.length > 1 && (
        <Typography.Paragraph type="secondary" style={{ margin: '12px 0 0' }}>
          {t('best_hint')}
        </Typography.Paragraph>
      )}
    </Section>
  );
}
