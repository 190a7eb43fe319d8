// A route as a form: its name and a row for each channel.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Form, Input, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { FormRows } from '@/components/form_rows';
import { toMillifen, toYuan } from './cost';

type Route = Schema<'RouteView'>;
type Spec = Schema<'RouteSpec'>;
type WaySpec = Spec['channels'][number];

const kCarriers = ['mobile', 'unicom', 'telecom', 'broadcast', 'unknown'] as const;
const kClasses = ['verification', 'notification', 'marketing', 'public_service'] as const;

/** As the form has it: the cost in yuan, the use as a switch. */
interface WayFields extends Omit<WaySpec, 'cost_millifen' | 'use'> {
  cost_yuan: number;
  enabled: boolean;
}
interface Fields {
  name: string;
  channels: WayFields[];
}

const kNewWay: Omit<WayFields, 'channel_id'> = {
  carriers: [...kCarriers],
  message_classes: [...kClasses],
  cost_yuan: 0,
  weight: 0,
  tier: 1,
  enabled: true,
};

function fieldsOf(route: Route): Fields {
  return {
    name: route.name,
    channels: route.channels.map(({ cost_millifen, use, ...way }) => ({
      ...way,
      cost_yuan: toYuan(cost_millifen),
      enabled: use === 'enabled',
    })),
  };
}

function specOf(fields: Fields): Spec {
  return {
    name: fields.name.trim(),
    channels: fields.channels.map(({ cost_yuan, enabled, ...way }) => ({
      ...way,
      weight: way.weight ?? 0,
      tier: way.tier ?? 1,
      cost_millifen: toMillifen(cost_yuan ?? 0),
      use: enabled ? ('enabled' as const) : ('disabled' as const),
    })),
  };
}

function WayRow({
  name,
  channels,
  onRemove,
}: {
  name: number;
  channels: Schema<'ChannelView'>[];
  onRemove: () => void;
}) {
  const { t } = useTranslation('routes');
  const { t: common } = useTranslation();
  const term = useTerm();
  const required = [{ required: true, message: common('state.required') }];
  return (
    <Card
      size="small"
      style={{ marginBlockEnd: 12 }}
      title={t('channel_number', { number: name + 1 })}
      extra={
        <Button
          type="text"
          danger
          icon={<DeleteOutlined />}
          aria-label={t('take_out', { number: name + 1 })}
          onClick={onRemove}
        />
      }
    >
      <div className="fields-2">
        <Form.Item name={[name, 'channel_id']} label={t('channel')} rules={required}>
          <Select options={channels.map((each) => ({ value: each.id, label: each.name }))} />
        </Form.Item>
        <Form.Item name={[name, 'enabled']} label={t('enabled')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name={[name, 'carriers']} label={t('carriers')} rules={required}>
          <Select
            mode="multiple"
            options={kCarriers.map((value) => ({ value, label: term('carrier', value) }))}
          />
        </Form.Item>
        <Form.Item name={[name, 'message_classes']} label={t('classes')} rules={required}>
          <Select
            mode="multiple"
            options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
          />
        </Form.Item>
        <Form.Item name={[name, 'tier']} label={t('tier')} extra={t('tier_hint')}>
          <InputNumber min={1} max={16} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name={[name, 'weight']} label={t('weight')} extra={t('weight_hint')}>
          <InputNumber min={0} max={1_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name={[name, 'cost_yuan']} label={t('cost')} extra={t('cost_hint')}>
          <InputNumber min={0} max={10_000} step={0.001} style={{ width: '100%' }} />
        </Form.Item>
      </div>
    </Card>
  );
}

interface Props {
  editing: Route | 'new';
  channels: Schema<'ChannelView'>[];
  onClose: () => void;
}

export function RouteForm({ editing, channels, onClose }: Props) {
  const { t } = useTranslation('routes');
  const { t: common } = useTranslation();
  const save = useFormAction(
    async (fields: Fields) => {
      const body = specOf(fields);
      if (editing === 'new')
        await api.POST('/api/v1/routes', {
          params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
          body,
        });
      else
        await api.PUT('/api/v1/routes/{route_id}', {
          params: { path: { route_id: editing.id }, header: ifMatch(editing.version) },
          body,
        });
    },
    { done: t('saved'), onDone: onClose },
  );
  const initial: Fields =
    editing === 'new' ? { name: '', channels: [kNewWay as WayFields] } : fieldsOf(editing);
  return (
    <FormDialog
      action={save}
      width={720}
      title={editing === 'new' ? t('add') : t('edit_of', { name: editing.name })}
      initialValues={initial}
      requiredMark
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('name')}
        rules={[{ required: true, whitespace: true, message: common('state.required') }]}
      >
        <Input maxLength={80} />
      </Form.Item>
      <FormRows name="channels">
        {(rows, { add, remove }) => (
          <>
            {rows.map((row) => (
              <WayRow key={row.key} name={row.name} channels={channels} onRemove={() => remove(row.name)} />
            ))}
            <Flex>
              <Button icon={<PlusOutlined />} onClick={() => add(kNewWay)}>
                {t('add_channel')}
              </Button>
            </Flex>
          </>
        )}
      </FormRows>
    </FormDialog>
  );
}
