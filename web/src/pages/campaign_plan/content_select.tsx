// The texts to choose from: those that may be sent first, each with how far it is.
import { Flex, Select, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '@/api/client';
import { useTerm } from '@/app/terms';
import { TermTag } from '@/components/marks';
import { byReadiness } from './plan';

const kRows = 200;

interface Props {
  id?: string;
  value?: string;
  onChange?: (id: string) => void;
}

export function ContentSelect({ id, value, onChange }: Props) {
  const { t } = useTranslation('campaign_plan');
  const term = useTerm();
  const query = $api.useQuery('get', '/api/v1/contents', {
    params: { query: { limit: kRows, origin: 'user' } },
  });
  const items = [...(query.data?.items ?? [])].sort(byReadiness);
  const options = items.map((c) => ({ value: c.id, label: c.name, content: c }));
  if (value && !items.some((c) => c.id === value))
    options.push({ value, label: value, content: undefined as never });
  return (
    <Select
      id={id}
      placeholder={t('content_hint')}
      value={value}
      onChange={onChange}
      options={options}
      loading={query.isPending}
      showSearch={{ optionFilterProp: 'label' }}
      notFoundContent={query.isPending ? undefined : t('no_contents')}
      optionRender={({ label, data }) => (
        <Flex justify="space-between" gap={12} align="center">
          <span>{label}</span>
          {data.content && (
            <span>
              <Typography.Text type="secondary" style={{ marginInlineEnd: 8 }}>
                {term('message_class', data.content.message_class)}
              </Typography.Text>
              <TermTag list="content_state" name={data.content.state} />
            </span>
          )}
        </Flex>
      )}
    />
  );
}
