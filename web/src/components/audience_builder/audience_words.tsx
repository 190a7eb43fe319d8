// An audience in words, to be read: where it comes from and every condition.
import { Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { type Audience, conditionCount, kDayConditions, type SegmentFilter } from './filter';

function useConditions(filter: SegmentFilter): { name: string; text: string }[] {
  const { t } = useTranslation('audience');
  const term = useTerm();
  const or = t('or');
  const list: { name: string; text: string }[] = [];
  const add = (name: string, values: string[]) => {
    if (values.length) list.push({ name, text: values.join(or) });
  };
  add(t('cities'), filter.cities ?? []);
  add(t('member_levels'), filter.member_levels ?? []);
  add(t('regions'), filter.regions ?? []);
  add(
    t('carriers'),
    (filter.carriers ?? []).map((c) => term('carrier', c)),
  );
  for (const attribute of filter.attributes ?? []) add(attribute.name, attribute.values);
  if (filter.consented_to) add(t('consented_to'), [term('message_class', filter.consented_to)]);
  if (filter.import_id) add(t('import_id'), [filter.import_id]);
  for (const name of kDayConditions)
    if (filter[name]) add(t(name), [t('last_days', { number: filter[name] })]);
  return list;
}

export function FilterWords({ filter }: { filter: SegmentFilter }) {
  const { t } = useTranslation('audience');
  const conditions = useConditions(filter);
  if (conditionCount(filter) === 0) return <span>{t('everybody')}</span>;
  return (
    <Flex wrap gap={6}>
      {conditions.map((condition) => (
        <Tag key={condition.name} style={{ marginInlineEnd: 0, whiteSpace: 'normal' }}>
          <Typography.Text type="secondary" style={{ fontSize: 'inherit' }}>
            {condition.name}
          </Typography.Text>{' '}
          {condition.text}
        </Tag>
      ))}
    </Flex>
  );
}

function SegmentWords({ id }: { id: string }) {
  const { t } = useTranslation('audience');
  const can = useCan();
  const { data } = $api.useQuery(
    'get',
    '/api/v1/segments/{segment_id}',
    { params: { path: { segment_id: id } } },
    { enabled: can('customer.read') },
  );
  return (
    <Flex vertical gap={6}>
      <span>
        {t('way_segment')} <b>{data?.name ?? id}</b>
      </span>
      {data && <FilterWords filter={data.filter} />}
    </Flex>
  );
}

function ImportWords({ id }: { id: string }) {
  const { t } = useTranslation('audience');
  const can = useCan();
  const { data } = $api.useQuery(
    'get',
    '/api/v1/imports/{import_id}',
    { params: { path: { import_id: id } } },
    { enabled: can('customer.read') },
  );
  return (
    <span>
      {t('way_import')} <Link to={`/imports/${id}`}>{data?.file_name ?? id}</Link>
    </span>
  );
}

export function AudienceWords({ audience }: { audience: Audience }) {
  if (audience.segment_id) return <SegmentWords id={audience.segment_id} />;
  if (audience.import_id) return <ImportWords id={audience.import_id} />;
  return audience.filter ? <FilterWords filter={audience.filter} /> : <>—</>;
}
