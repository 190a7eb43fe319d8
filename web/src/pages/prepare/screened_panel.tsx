// What screening found in the messages as they would be sent: identical texts are screened once, counts are of
// messages.
import { Alert, Flex, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useHowMatched } from '@/components/content/finding_view';
import { TermTag } from '@/components/marks';

type Screened = Schema<'ScreenedMessagesView'>;
type Rule = Schema<'ScreenedRule'>;

function Samples({ rule }: { rule: Rule }) {
  const { t } = useTranslation('prepare');
  const can = useCan();
  const how = useHowMatched();
  return (
    <Flex vertical gap={2}>
      {rule.samples.map((sample, index) => {
        const words = sample.term ? `“${sample.term}” (${how(sample.how_matched)})` : t('screened.check');
        return can('message.read') ? (
          <Link key={sample.message_id} to={`/messages/${sample.message_id}`}>
            {words}
          </Link>
        ) : (
          <span key={index}>{words}</span>
        );
      })}
    </Flex>
  );
}

export function ScreenedPanel({ screened }: { screened: Screened }) {
  const { t } = useTranslation('prepare');
  const { t: words } = useTranslation('review');
  const { count } = useFormat();
  const term = useTerm();
  return (
    <Flex vertical gap={8}>
      <Typography.Title level={3} style={{ fontSize: 14 }}>
        {t('screened.title')}
      </Typography.Title>
      <Typography.Text className="tabular">
        {t('screened.counts', {
          messages: count(screened.messages),
          texts: count(screened.texts),
          blocked: count(screened.blocked),
          to_review: count(screened.to_review),
        })}
      </Typography.Text>
      {screened.blocked > 0 && <Alert type="warning" showIcon title={t('screened.blocked')} />}
      {screened.rules.length > 0 && (
        <Table<Rule>
          size="small"
          rowKey={(rule) => rule.rule_id + rule.severity}
          pagination={screened.rules.length > 10 ? { pageSize: 10 } : false}
          scroll={{ x: 'max-content' }}
          aria-label={t('screened.title')}
          dataSource={screened.rules}
          columns={[
            {
              key: 'severity',
              title: t('screened.severity'),
              render: (_, rule) => <TermTag list="severity" name={rule.severity} />,
            },
            {
              key: 'rule',
              title: t('screened.rule'),
              render: (_, rule) => (
                <>
                  {term('category', rule.category)} <span className="mono">{rule.rule_id}</span>
                </>
              ),
            },
            {
              key: 'messages',
              title: t('screened.messages'),
              align: 'right',
              render: (_, rule) => <span className="tabular">{count(rule.messages)}</span>,
            },
            { key: 'samples', title: t('screened.samples'), render: (_, rule) => <Samples rule={rule} /> },
          ]}
        />
      )}
      <Typography.Text type="secondary">
        {t('screened.packs')}{' '}
        {screened.rule_packs.map((pack) => `${pack.id} ${pack.version}`).join(words('separator'))}
      </Typography.Text>
    </Flex>
  );
}
