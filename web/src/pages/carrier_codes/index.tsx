// What carriers' codes mean and what is done about them: the general table and the providers' own meanings.
import { DeleteOutlined, EditOutlined, PlusOutlined, SwapOutlined } from '@ant-design/icons';
import { App, Button, Empty, Flex, Tag, Tooltip } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { Page } from '@/components/page';
import { useUrlFilters } from '@/components/url_filters';
import { useReasonText } from '@/pages/monitor/reason_text';
import { type Code, CodeForm, type Editing } from './code_form';
import { Findings } from './findings';
import { RetryRules } from './retry_rules';

/** In the URL: the general codes, which the API knows by an empty provider. */
const kGeneral = '-';
const kTone: Record<string, string> = {
  retry: 'blue',
  fail: 'default',
  suppress: 'orange',
  pause: 'red',
  none: 'green',
  retry_late: 'blue',
  count_number: 'orange',
  cool_down: 'orange',
  freeze_content: 'red',
  delay: 'blue',
  freeze_signature: 'red',
  other_channel: 'blue',
  refresh_carrier: 'blue',
  investigate: 'purple',
};

type Row = Code & { key: string };

function Deeds({ row, onEdit }: { row: Row; onEdit: (editing: Editing) => void }) {
  const { t } = useTranslation('carrier_codes');
  const { modal } = App.useApp();
  const remove = useAction(
    () =>
      api.DELETE('/api/v1/carrier_codes', {
        params: { query: { provider: row.provider, carrier: row.carrier, stage: row.stage, code: row.code } },
      }),
    { done: t('removed') },
  );
  const text = useReasonText();
  const { key: _key, ...stored } = row;
  // The form begins with the words that the table shows.
  const code = { ...stored, cause: text(row.cause), remedy: text(row.remedy) };
  const ask = () =>
    modal.confirm({
      title: t('remove_title', { provider: row.provider, code: row.code }),
      content: t('remove_text'),
      okText: t('remove'),
      okButtonProps: { danger: true },
      onOk: () => remove.runAsync().catch(() => undefined),
    });
  return (
    <Flex gap={4}>
      <Tooltip title={t('edit')}>
        <Button
          type="text"
          icon={<EditOutlined />}
          aria-label={t('edit_of', { code: row.code })}
          onClick={() => onEdit({ kind: 'edit', code })}
        />
      </Tooltip>
      {row.provider === '' && row.carrier === 'unknown' ? (
        <Tooltip title={t('override')}>
          <Button
            type="text"
            icon={<SwapOutlined />}
            aria-label={t('override_of', { code: row.code })}
            onClick={() => onEdit({ kind: 'override', code })}
          />
        </Tooltip>
      ) : (
        <Tooltip title={t('remove')}>
          <Button
            type="text"
            danger
            icon={<DeleteOutlined />}
            aria-label={t('remove_of', { provider: row.provider, code: row.code })}
            onClick={ask}
          />
        </Tooltip>
      )}
    </Flex>
  );
}

function Wrapped({ children }: { children: string }) {
  return <div style={{ width: 170, whiteSpace: 'normal' }}>{children}</div>;
}

function useColumns(onEdit: (editing: Editing) => void): Column<Row>[] {
  const { t } = useTranslation('carrier_codes');
  const term = useTerm();
  const text = useReasonText();
  const can = useCan();
  const columns: Column<Row>[] = [
    {
      key: 'code',
      title: t('code'),
      render: (_, row) => (
        <span className="mono" style={{ fontWeight: 600 }}>
          {row.code}
        </span>
      ),
    },
    { key: 'stage', title: t('stage'), render: (_, row) => term('code_stage', row.stage) },
    {
      key: 'provider',
      title: t('provider'),
      render: (_, row) => (row.provider ? <Tag color="purple">{row.provider}</Tag> : t('general')),
    },
    {
      key: 'carrier',
      title: t('carrier'),
      render: (_, row) => (row.carrier === 'unknown' ? t('every_carrier') : term('carrier', row.carrier)),
    },
    { key: 'class', title: t('class'), render: (_, row) => term('code_class', row.code_class) },
    {
      key: 'action',
      title: t('action'),
      render: (_, row) => (
        <Tooltip title={t(`action_hint.${row.action}`)}>
          <Tag color={kTone[row.action]}>{term('code_action', row.action)}</Tag>
        </Tooltip>
      ),
    },
    { key: 'cause', title: t('cause'), render: (_, row) => <Wrapped>{text(row.cause)}</Wrapped> },
    { key: 'remedy', title: t('remedy'), render: (_, row) => <Wrapped>{text(row.remedy) || '—'}</Wrapped> },
  ];
  if (can('channel.write'))
    columns.push({
      key: 'deeds',
      title: t('deeds'),
      fixed: 'right',
      render: (_, row) => <Deeds row={row} onEdit={onEdit} />,
    });
  return columns;
}

export default function CarrierCodes() {
  const { t } = useTranslation('carrier_codes');
  const can = useCan();
  const [filters, setFilters] = useUrlFilters(['provider'] as const);
  const [editing, setEditing] = useState<Editing | null>(null);
  const { data: channels } = $api.useQuery('get', '/api/v1/channels', { params: { query: { limit: 200 } } });
  const providers = useMemo(
    () => [...new Set((channels?.items ?? []).map((channel) => channel.provider).filter(Boolean))].sort(),
    [channels],
  );
  const provider = filters.provider === kGeneral ? '' : filters.provider;
  const offered =
    filters.provider && provider && !providers.includes(provider) ? [...providers, provider] : providers;
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        can('channel.write') && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() =>
              setEditing({
                kind: 'add',
                code: {
                  provider: provider ?? '',
                  carrier: 'unknown',
                  stage: 'receipt',
                  code_class: 'rejected',
                  action: 'fail',
                },
              })
            }
          >
            {t('add')}
          </Button>
        )
      }
    >
      <Findings />
      <DataTable<Row>
        id="carrier_codes"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/carrier_codes', provider]}
        page={async (after, limit) => {
          const { data } = await api.GET('/api/v1/carrier_codes', {
            params: { query: { after, limit, provider } },
          });
          return {
            next_after: data!.next_after,
            items: data!.items.map((code) => ({
              ...code,
              key: `${code.provider} ${code.carrier} ${code.stage} ${code.code}`,
            })),
          };
        }}
        columns={useColumns(setEditing)}
        rowKey="key"
        filtered={filters.provider !== undefined}
        filters={
          <FilterSelect
            label={t('provider')}
            value={filters.provider}
            options={[
              { value: kGeneral, label: t('general') },
              ...offered.map((value) => ({ value, label: value })),
            ]}
            onChange={(value) => setFilters({ provider: value })}
          />
        }
        exportUrl="/api/v1/carrier_codes.csv"
        exportQuery={{ provider }}
        empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')} />}
      />
      <RetryRules />
      {editing && <CodeForm editing={editing} providers={providers} onClose={() => setEditing(null)} />}
    </Page>
  );
}
