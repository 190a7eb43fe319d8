// The rule packs in force and those to come, the last failure to load, and reading them anew.
import { ReloadOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Table, Tag, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { HashText, TimeText } from '@/components/marks';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';

type View = Schema<'RulePacksView'>;
type Pack = Schema<'RulePackDetail'>;

function Reload() {
  const { t } = useTranslation('screening');
  const can = useCan();
  const reload = useAction(() => api.POST('/api/v1/rule_packs/reload'), { done: t('packs.reloaded') });
  const allowed = can('setting.write');
  return (
    <Tooltip title={allowed ? t('packs.reload_hint') : t('packs.read_only')}>
      <Button
        icon={<ReloadOutlined />}
        loading={reload.busy}
        disabled={!allowed}
        onClick={() => reload.run()}
      >
        {t('packs.reload')}
      </Button>
    </Tooltip>
  );
}

function Failure({ failure }: { failure: Schema<'RulePackFailure'> }) {
  const { t } = useTranslation('screening');
  return (
    <Alert
      type="error"
      showIcon
      title={t('packs.failed')}
      description={
        <>
          <div>
            <span className="mono">{failure.place || '—'}</span>: {failure.message}
          </div>
          <div>
            {t(`packs.trigger.${failure.trigger}`)} · <TimeText value={failure.at} detail="second" />
          </div>
        </>
      }
    />
  );
}

function Packs({ view }: { view: View }) {
  const { t } = useTranslation('screening');
  const { count } = useFormat();
  const number = (value: number) => <span className="tabular">{count(value)}</span>;
  const later = new Set(view.later.map((pack) => pack.id + pack.version));
  return (
    <Table<Pack>
      size="small"
      rowKey={(pack) => pack.id + pack.version}
      pagination={false}
      scroll={{ x: 'max-content' }}
      aria-label={t('packs.title')}
      dataSource={[...view.packs, ...view.later]}
      columns={[
        { key: 'id', title: t('packs.id'), render: (_, pack) => <span className="mono">{pack.id}</span> },
        { key: 'version', title: t('packs.version'), dataIndex: 'version', className: 'tabular' },
        { key: 'jurisdiction', title: t('packs.jurisdiction'), dataIndex: 'jurisdiction' },
        {
          key: 'date',
          title: t('packs.effective_date'),
          className: 'tabular',
          render: (_, pack) => (
            <>
              {pack.effective_date} {later.has(pack.id + pack.version) && <Tag>{t('packs.later')}</Tag>}
            </>
          ),
        },
        { key: 'rules', title: t('packs.rules'), align: 'right', render: (_, pack) => number(pack.rules) },
        { key: 'terms', title: t('packs.terms'), align: 'right', render: (_, pack) => number(pack.terms) },
        {
          key: 'expressions',
          title: t('packs.expressions'),
          align: 'right',
          render: (_, pack) => number(pack.expressions),
        },
        {
          key: 'allowed',
          title: t('packs.allowed_phrases'),
          align: 'right',
          render: (_, pack) => number(pack.allowed_phrases),
        },
        {
          key: 'file',
          title: t('packs.file'),
          render: (_, pack) => (pack.file ? <span className="mono">{pack.file}</span> : t('packs.company')),
        },
      ]}
    />
  );
}

export function RulePacks() {
  const { t } = useTranslation('screening');
  const query = $api.useQuery('get', '/api/v1/rule_packs');
  return (
    <Section title={t('packs.title')} extra={<Reload />}>
      <QueryView query={query} rows={5}>
        {(view) => (
          <Flex vertical gap={12}>
            {view.packs.length === 0 && <Alert type="error" showIcon title={t('packs.none')} />}
            {view.last_failure && <Failure failure={view.last_failure} />}
            <Packs view={view} />
            {view.loaded_at && (
              <Typography.Text type="secondary">
                {t('packs.loaded_at')} <TimeText value={view.loaded_at} detail="second" />
                {view.trigger && ` (${t(`packs.trigger.${view.trigger}`)})`} · {t('packs.set')}{' '}
                <HashText value={view.set} />
              </Typography.Text>
            )}
          </Flex>
        )}
      </QueryView>
    </Section>
  );
}
