// Where an audience comes from: the saved segments and the imports, each as a select.
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';

interface Props {
  label: string;
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  disabled?: boolean;
}

const kRows = 200;

// What was chosen earlier is shown even when it is not among the newest.
function withChosen(options: { value: string; label: string }[], value: string | undefined) {
  return !value || options.some((o) => o.value === value) ? options : [{ value, label: value }, ...options];
}

export function SegmentSelect({ label, value, onChange, disabled }: Props) {
  const { t } = useTranslation('audience');
  const query = $api.useQuery('get', '/api/v1/segments', { params: { query: { limit: kRows } } });
  const options = (query.data?.items ?? []).map((s) => ({ value: s.id, label: s.name }));
  return (
    <Select
      aria-label={label}
      placeholder={t('pick_segment')}
      value={value ?? null}
      options={withChosen(options, value)}
      onChange={(id: string | null) => onChange(id ?? undefined)}
      loading={query.isPending}
      notFoundContent={query.isPending ? undefined : t('no_segments')}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      disabled={disabled}
      style={{ width: '100%' }}
    />
  );
}

export function ImportSelect({ label, value, onChange, disabled }: Props) {
  const { t } = useTranslation('audience');
  const { time, count } = useFormat();
  const can = useCan();
  const query = $api.useQuery(
    'get',
    '/api/v1/imports',
    { params: { query: { limit: kRows } } },
    { enabled: can('customer.import') || can('customer.read') },
  );
  const options = (query.data?.items ?? [])
    .filter((i) => i.state === 'finished' || i.id === value)
    .map((i) => ({
      value: i.id,
      label: t('import_option', {
        file: i.file_name,
        time: time(i.created_at),
        number: count(i.rows_new + i.rows_changed + i.rows_unchanged),
      }),
    }));
  return (
    <Select
      aria-label={label}
      placeholder={t('pick_import')}
      value={value ?? null}
      options={withChosen(options, value)}
      onChange={(id: string | null) => onChange(id ?? undefined)}
      loading={query.isPending && query.isFetching}
      notFoundContent={query.isPending ? undefined : t('no_imports')}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      disabled={disabled}
      style={{ width: '100%' }}
    />
  );
}
