// Customer service's first question: who is calling? By number or name, never in the address bar.
import { Button, Card, Empty, Flex, Form, Input, Radio, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';

type Customer = Schema<'CustomerView'>;

interface Values {
  by: 'number' | 'name';
  text: string;
}

const kRows = 50;

function Found({ items }: { items: Customer[] }) {
  const { t } = useTranslation(['look_up', 'customer']);
  const term = useTerm();
  return (
    <Table
      rowKey="id"
      size="middle"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={items}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('none')} /> }}
      columns={[
        {
          key: 'number',
          title: t('customer:number'),
          render: (_, customer) => (
            <Link to={`/customers/${customer.id}`} className="tabular">
              {customer.number_masked}
            </Link>
          ),
        },
        { key: 'name', title: t('customer:name'), render: (_, customer) => customer.name_masked || '—' },
        { key: 'city', title: t('customer:city'), render: (_, customer) => customer.city || '—' },
        {
          key: 'level',
          title: t('customer:member_level'),
          render: (_, customer) => customer.member_level || '—',
        },
        {
          key: 'suppressed',
          title: t('customer:suppressed'),
          render: (_, customer) =>
            customer.suppressed.length
              ? customer.suppressed.map((c) => (
                  <Tag key={c} color="red">
                    {term('message_class', c)}
                  </Tag>
                ))
              : t('customer:not_suppressed'),
        },
      ]}
    />
  );
}

export default function LookUp() {
  const { t } = useTranslation(['look_up', 'customer', 'common']);
  const [form] = Form.useForm<Values>();
  const by = Form.useWatch('by', form) ?? 'number';
  const [found, setFound] = useState<Schema<'CustomerPage'> | null>(null);
  const look = useAction(
    async (values: Values) =>
      (
        await api.POST('/api/v1/customers/look_up', {
          body: { [values.by]: values.text.trim(), limit: kRows },
        })
      ).data!,
    { onDone: setFound, refresh: [] },
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <Flex vertical gap={16}>
        <Card>
          <Form
            form={form}
            layout="inline"
            initialValues={{ by: 'number', text: '' }}
            onFinish={(values) => look.run(values)}
            style={{ rowGap: 12 }}
          >
            <Form.Item name="by">
              <Radio.Group
                aria-label={t('by')}
                optionType="button"
                options={[
                  { value: 'number', label: t('customer:number') },
                  { value: 'name', label: t('customer:name') },
                ]}
              />
            </Form.Item>
            <Form.Item
              name="text"
              rules={[{ required: true, whitespace: true, message: t('common:state.required') }]}
            >
              <Input
                aria-label={t(by === 'number' ? 'customer:number' : 'customer:name')}
                placeholder={t(by === 'number' ? 'number_hint' : 'name_hint')}
                style={{ width: 260 }}
                maxLength={64}
                autoComplete="off"
                autoFocus
              />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={look.busy}>
              {t('look')}
            </Button>
          </Form>
          <Typography.Paragraph type="secondary" style={{ margin: '12px 0 0' }}>
            {t('audited')}
          </Typography.Paragraph>
        </Card>
        {look.error ? <ProblemAlert error={look.error} /> : null}
        {found && <Found items={found.items} />}
        {found?.next_after && <Typography.Text type="secondary">{t('more')}</Typography.Text>}
      </Flex>
    </Page>
  );
}
