// Marks that screening looks for, and the company's own, in which nothing is found.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input, Radio, Select, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';

type Brand = Schema<'BrandView'>;

interface Values {
  name: string;
  ownership: Brand['ownership'];
  aliases: string[];
  note: string;
}

/** For a new one, and to change one. */
function BrandForm({ brand, onClose }: { brand: Brand | undefined; onClose: () => void }) {
  const { t } = useTranslation(['screening', 'common']);
  const [key] = useState(newIdempotencyKey);
  const save = useFormAction(
    (values: Values) =>
      brand
        ? api.PUT('/api/v1/brands/{brand_id}', {
            params: { path: { brand_id: brand.id }, header: ifMatch(brand.version) },
            body: values,
          })
        : api.POST('/api/v1/brands', { params: { header: { 'Idempotency-Key': key } }, body: values }),
    { done: t(brand ? 'brands.saved' : 'brands.added'), onDone: onClose },
  );
  return (
    <FormDialog
      action={save}
      title={brand ? t('brands.edit_of', { name: brand.name }) : t('brands.add')}
      okText={brand ? t('common:action.save') : t('brands.add')}
      initialValues={brand ?? { ownership: 'others', aliases: [], note: '' }}
      onClose={onClose}
    >
      <Form.Item name="ownership" label={t('brands.ownership')} extra={t('brands.ownership_hint')}>
        <Radio.Group
          options={(['others', 'own'] as const).map((value) => ({
            value,
            label: t(`brands.owner.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('brands.name')}
        rules={[{ required: true, whitespace: true, min: 2, message: t('common:state.required') }]}
      >
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="aliases" label={t('brands.aliases')} extra={t('brands.aliases_hint')}>
        <Select mode="tags" open={false} tokenSeparators={[',', '，', '、', ';']} maxCount={32} />
      </Form.Item>
      <Form.Item name="note" label={t('brands.note')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

export function Brands() {
  const { t } = useTranslation('screening');
  const can = useCan();
  const [edited, setEdited] = useState<Brand | 'new'>();
  const [ask, dialog] = useReason();
  const { run } = useAction(
    (id: string, reason: string) =>
      api.POST('/api/v1/brands/{brand_id}/remove', { params: { path: { brand_id: id } }, body: { reason } }),
    { done: t('brands.removed') },
  );
  const mayWrite = can('content.review');
  const columns = useMemo<Column<Brand>[]>(
    () => [
      { key: 'name', title: t('brands.name'), render: (_, row) => <b>{row.name}</b> },
      {
        key: 'ownership',
        title: t('brands.ownership'),
        render: (_, row) => (
          <Tag color={row.ownership === 'own' ? 'green' : 'gold'}>{t(`brands.owner.${row.ownership}`)}</Tag>
        ),
      },
      {
        key: 'aliases',
        title: t('brands.aliases'),
        render: (_, row) => row.aliases.map((alias) => <Tag key={alias}>{alias}</Tag>),
      },
      { key: 'note', title: t('brands.note'), render: (_, row) => row.note || '—' },
      {
        key: 'by',
        title: t('brands.by'),
        render: (_, row) => (
          <>
            <UserName id={row.created_by} /> <TimeText value={row.created_at} />
          </>
        ),
      },
      ...(mayWrite
        ? [
            {
              key: 'deeds',
              title: t('brands.deeds'),
              render: (_: unknown, row: Brand) => (
                <Flex gap={8}>
                  <Button
                    size="small"
                    aria-label={t('brands.edit_of', { name: row.name })}
                    onClick={() => setEdited(row)}
                  >
                    {t('brands.edit')}
                  </Button>
                  <Button
                    size="small"
                    aria-label={t('brands.remove_of', { name: row.name })}
                    onClick={() =>
                      void ask({ title: t('brands.remove_of', { name: row.name }), danger: true }).then(
                        (reason) => {
                          if (reason) run(row.id, reason);
                        },
                      )
                    }
                  >
                    {t('brands.remove')}
                  </Button>
                </Flex>
              ),
            },
          ]
        : []),
    ],
    [t, mayWrite, ask, run],
  );
  return (
    <Section
      title={t('brands.title')}
      extra={
        mayWrite && (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setEdited('new')}>
            {t('brands.add')}
          </Button>
        )
      }
    >
      <p>{t('brands.text')}</p>
      <DataTable<Brand>
        id="brands"
        ariaLabel={t('brands.title')}
        queryKey={['get', '/api/v1/brands']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/brands', { params: { query: { after, limit } } })).data!
        }
        columns={columns}
        rowKey="id"
        pageParameter="brands_after"
        exportUrl="/api/v1/brands.csv"
      />
      {edited && (
        <BrandForm brand={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
      {dialog}
    </Section>
  );
}
