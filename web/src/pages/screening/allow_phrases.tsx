// Phrases in which findings are held to be false: asked for by marketing, decided by compliance.
import { Button, Flex, Form, Input, Select, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ifMatch, type Schema } from '@/api/client';
import { useCan, useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction, useReason } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { useUrlFilters } from '@/components/url_filters';
import { UserName } from '@/components/user_name';
import { ZonedPicker } from '@/components/zoned_picker';

type Phrase = Schema<'AllowPhraseView'>;

const kStates = ['requested', 'granted', 'refused', 'revoked', 'expired'] as const;
const kTone: Record<Phrase['state'], string> = {
  requested: 'gold',
  granted: 'green',
  refused: 'red',
  revoked: 'default',
  expired: 'default',
};

interface Values {
  scope: 'rule' | 'all';
  expires_at?: string;
  reason: string;
}

function GrantForm({ phrase, onClose }: { phrase: Phrase; onClose: () => void }) {
  const { t } = useTranslation(['screening', 'common']);
  const grant = useFormAction(
    (values: Values) =>
      api.POST('/api/v1/allow_phrases/{allow_phrase_id}/grant', {
        params: { path: { allow_phrase_id: phrase.id }, header: ifMatch(phrase.version) },
        body: {
          reason: values.reason,
          rules: values.scope === 'rule' ? [phrase.rule_id] : [],
          expires_at: values.expires_at,
        },
      }),
    { done: t('phrases.granted'), onDone: onClose },
  );
  return (
    <FormDialog
      action={grant}
      title={t('phrases.grant_title', { phrase: phrase.phrase })}
      okText={t('phrases.grant')}
      initialValues={{ scope: 'rule' }}
      onClose={onClose}
    >
      <p className="message-text">{phrase.request}</p>
      <Form.Item name="scope" label={t('phrases.scope')} extra={t('phrases.scope_hint')}>
        <Select
          options={[
            { value: 'rule', label: t('phrases.scope_rule', { rule: phrase.rule_id }) },
            { value: 'all', label: t('phrases.scope_all') },
          ]}
        />
      </Form.Item>
      <Form.Item name="expires_at" label={t('phrases.expires_at')} extra={t('phrases.expires_hint')}>
        <ZonedPicker />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('common:field.reason')}
        rules={[{ required: true, whitespace: true, message: t('common:state.required') }]}
      >
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

function Deeds({ phrase, onGrant }: { phrase: Phrase; onGrant: () => void }) {
  const { t } = useTranslation('screening');
  const can = useCan();
  const session = useSession();
  const [ask, dialog] = useReason();
  const decide = useAction(
    (reason: string) =>
      api.POST(
        phrase.state === 'requested'
          ? '/api/v1/allow_phrases/{allow_phrase_id}/refuse'
          : '/api/v1/allow_phrases/{allow_phrase_id}/revoke',
        {
          params: { path: { allow_phrase_id: phrase.id }, header: ifMatch(phrase.version) },
          body: { reason },
        },
      ),
    { done: t('phrases.done') },
  );
  const asked = phrase.state === 'requested';
  if (!can('content.review') || (!asked && phrase.state !== 'granted')) return null;
  const mine = asked && phrase.requested_by === session.id;
  const confirm = async () => {
    const reason = await ask({
      title: t(asked ? 'phrases.refuse_title' : 'phrases.revoke_title', { phrase: phrase.phrase }),
      confirm: t(asked ? 'phrases.refuse' : 'phrases.revoke'),
      danger: true,
    });
    if (reason) decide.run(reason);
  };
  return (
    <Flex gap={8}>
      {dialog}
      {asked && (
        <Button size="small" type="primary" disabled={mine} onClick={onGrant}>
          {t('phrases.grant')}
        </Button>
      )}
      <Button size="small" danger disabled={mine} loading={decide.busy} onClick={() => void confirm()}>
        {t(asked ? 'phrases.refuse' : 'phrases.revoke')}
      </Button>
    </Flex>
  );
}

function useColumns(onGrant: (phrase: Phrase) => void): Column<Phrase>[] {
  const { t } = useTranslation('screening');
  const { t: common } = useTranslation();
  const term = useTerm();
  const can = useCan();
  const mayDecide = can('content.review');
  return useMemo(() => {
    const columns: Column<Phrase>[] = [
      {
        key: 'phrase',
        title: t('phrases.phrase'),
        render: (_, row) => <b className="message-text">{row.phrase}</b>,
      },
      {
        key: 'state',
        title: common('field.state'),
        render: (_, row) => <Tag color={kTone[row.state]}>{t(`phrases.state.${row.state}`)}</Tag>,
      },
      {
        key: 'rule',
        title: t('phrases.rule'),
        render: (_, row) => (
          <>
            {term('category', row.category)} <span className="mono">{row.rule_id}</span>
          </>
        ),
      },
      {
        key: 'request',
        title: t('phrases.request'),
        render: (_, row) => (
          <div className="message-text" style={{ maxWidth: 280 }}>
            {row.request}{' '}
            {row.content_id && <Link to={`/contents/${row.content_id}`}>{t('phrases.content')}</Link>}
          </div>
        ),
      },
      {
        key: 'by',
        title: t('phrases.requested_by'),
        render: (_, row) => (
          <>
            <UserName id={row.requested_by} /> <TimeText value={row.requested_at} />
          </>
        ),
      },
      {
        key: 'decision',
        title: t('phrases.decision'),
        render: (_, row) =>
          row.decided_at ? (
            <div className="message-text" style={{ maxWidth: 280 }}>
              <UserName id={row.decided_by} /> <TimeText value={row.decided_at} />
              <div>{row.reason}</div>
              {row.end_reason && <div>{row.end_reason}</div>}
            </div>
          ) : (
            '—'
          ),
      },
      {
        key: 'scope',
        title: t('phrases.scope'),
        render: (_, row) =>
          row.state === 'requested' || row.state === 'refused'
            ? '—'
            : row.rules.length > 0
              ? row.rules.join(' ')
              : t('phrases.scope_all'),
      },
      {
        key: 'expires',
        title: t('phrases.expires_at'),
        render: (_, row) => <TimeText value={row.expires_at} />,
      },
    ];
    if (mayDecide)
      columns.push({
        key: 'deeds',
        title: t('phrases.deeds'),
        fixed: 'right',
        render: (_, row) => <Deeds phrase={row} onGrant={() => onGrant(row)} />,
      });
    return columns;
  }, [t, common, term, mayDecide, onGrant]);
}

export function AllowPhrases() {
  const { t } = useTranslation('screening');
  const { t: common } = useTranslation();
  const [filters, setFilters] = useUrlFilters(['state'] as const);
  const [granting, setGranting] = useState<Phrase | null>(null);
  return (
    <Section title={t('phrases.title')}>
      <p>{t('phrases.text')}</p>
      <DataTable<Phrase>
        id="allow_phrases"
        ariaLabel={t('phrases.title')}
        queryKey={['get', '/api/v1/allow_phrases', filters]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/allow_phrases', {
              params: { query: { ...filters, after, limit } as never },
            })
          ).data!
        }
        columns={useColumns(setGranting)}
        rowKey="id"
        pageParameter="phrases_after"
        filters={
          <FilterSelect
            label={common('field.state')}
            value={filters.state}
            options={kStates.map((value) => ({ value, label: t(`phrases.state.${value}`) }))}
            onChange={(state) => setFilters({ state })}
          />
        }
        filtered={filters.state !== undefined}
        exportUrl="/api/v1/allow_phrases.csv"
        exportQuery={filters}
      />
      {granting && <GrantForm phrase={granting} onClose={() => setGranting(null)} />}
    </Section>
  );
}
