// The variables that stand in the text: how long each may be, and a sample.
import { Checkbox, Form, Input, InputNumber, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Draft, kDefaultLength, sampleTooLong } from './draft';

type Variable = Draft['variables'][number];

export function VariablesTable({ variables }: { variables: readonly Variable[] }) {
  const { t } = useTranslation('content');
  if (variables.length === 0)
    return <Typography.Text type="secondary">{t('variables.none')}</Typography.Text>;
  return (
    <Table<Variable>
      size="small"
      rowKey="name"
      dataSource={[...variables]}
      pagination={false}
      columns={[
        {
          key: 'name',
          title: t('variables.name'),
          render: (_, v) => <span className="mono">{`{${v.name}}`}</span>,
        },
        {
          key: 'max_length',
          title: t('variables.max_length'),
          width: 150,
          render: (_, v) => (
            <Form.Item
              name={['settings', v.name, 'max_length']}
              getValueProps={(value: number | undefined) => ({ value: value ?? kDefaultLength })}
              style={{ margin: 0 }}
            >
              <InputNumber
                min={1}
                max={512}
                precision={0}
                aria-label={t('variables.max_length_of', { name: v.name })}
                style={{ width: '100%' }}
              />
            </Form.Item>
          ),
        },
        {
          key: 'sample',
          title: t('variables.sample'),
          render: (_, v) => (
            <Form.Item
              name={['settings', v.name, 'sample']}
              style={{ margin: 0 }}
              dependencies={[['settings', v.name, 'max_length']]}
              rules={[
                ({ getFieldValue }) => ({
                  validator: () =>
                    sampleTooLong(getFieldValue(['settings', v.name]))
                      ? Promise.reject(new Error(t('variables.too_long')))
                      : Promise.resolve(),
                }),
              ]}
            >
              <Input aria-label={t('variables.sample_of', { name: v.name })} />
            </Form.Item>
          ),
        },
        {
          key: 'personal',
          title: t('variables.personal'),
          width: 120,
          render: (_, v) => (
            <Form.Item name={['settings', v.name, 'personal']} valuePropName="checked" style={{ margin: 0 }}>
              <Checkbox aria-label={t('variables.personal_of', { name: v.name })} />
            </Form.Item>
          ),
        },
      ]}
    />
  );
}
