// The conditions of a segment: every one that is set must hold; of several values one must.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Col, Divider, Flex, Form, Input, InputNumber, Row, Select, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import {
  kDayConditions,
  kMaximumAttributes,
  kMaximumAttributeValues,
  kMaximumDays,
  kMaximumValues,
  type SegmentFilter,
} from './filter';
import { ImportSelect } from './sources';

const kCarriers = ['mobile', 'unicom', 'telecom', 'broadcast', 'unknown'];
const kClasses: Schema<'MessageClass'>[] = ['marketing', 'notification', 'public_service', 'verification'];
const kRegions = ['CN', 'HK', 'MO', 'TW', 'SG', 'MY', 'JP', 'KR', 'US', 'GB', 'AU', 'CA'];

interface Props {
  value: SegmentFilter;
  onChange: (filter: SegmentFilter) => void;
  disabled?: boolean;
}

function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <Col xs={24} md={12}>
      <Form.Item label={label} extra={hint} style={{ marginBlockEnd: 16 }}>
        {children}
      </Form.Item>
    </Col>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <Divider titlePlacement="start" plain style={{ marginBlock: '4px 12px' }}>
        <Typography.Text strong>{title}</Typography.Text>
      </Divider>
      {children}
    </>
  );
}

/** Words typed freely, each closed by Enter or a comma. */
function Words({
  label,
  value,
  onChange,
  options,
  disabled,
  maxCount = kMaximumValues,
}: {
  label: string;
  value: string[];
  onChange: (words: string[]) => void;
  options?: { value: string; label: string }[];
  disabled?: boolean;
  maxCount?: number;
}) {
  const { t } = useTranslation('audience');
  return (
    <Select
      mode="tags"
      aria-label={label}
      placeholder={t('type_and_enter')}
      value={value}
      onChange={onChange}
      options={options ?? []}
      open={options ? undefined : false}
      suffixIcon={options ? undefined : null}
      tokenSeparators={[',', '，', '、', ';', '；']}
      maxCount={maxCount}
      disabled={disabled}
      allowClear
      style={{ width: '100%' }}
    />
  );
}

function Attributes({ value, onChange, disabled }: Props) {
  const { t } = useTranslation('audience');
  const list = value.attributes ?? [];
  const change = (attributes: SegmentFilter['attributes']) => onChange({ ...value, attributes });
  return (
    <Flex vertical gap={8} style={{ marginBlockEnd: 16 }}>
      {list.map((attribute, index) => (
        <Flex key={index} gap={8} align="center" wrap>
          <Input
            aria-label={t('attribute_name', { number: index + 1 })}
            placeholder={t('attribute_name_hint')}
            value={attribute.name}
            maxLength={64}
            disabled={disabled}
            style={{ width: 180 }}
            onChange={(event) =>
              change(list.map((a, i) => (i === index ? { ...a, name: event.target.value } : a)))
            }
          />
          <span>{t('attribute_is')}</span>
          <div style={{ flex: '1 1 220px' }}>
            <Words
              label={t('attribute_values', { number: index + 1 })}
              value={attribute.values}
              maxCount={kMaximumAttributeValues}
              disabled={disabled}
              onChange={(values) => change(list.map((a, i) => (i === index ? { ...a, values } : a)))}
            />
          </div>
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('attribute_remove', { number: index + 1 })}
            disabled={disabled}
            onClick={() => change(list.filter((_, i) => i !== index))}
          />
        </Flex>
      ))}
      <div>
        <Button
          type="dashed"
          icon={<PlusOutlined />}
          disabled={disabled || list.length >= kMaximumAttributes}
          onClick={() => change([...list, { name: '', values: [] }])}
        >
          {t('attribute_add')}
        </Button>
      </div>
    </Flex>
  );
}

function Behaviour({ value, onChange, disabled }: Props) {
  const { t } = useTranslation('audience');
  return (
    <Row gutter={16}>
      {kDayConditions.map((name) => (
        <Col xs={24} md={8} key={name}>
          <Form.Item label={t(name)} style={{ marginBlockEnd: 16 }}>
            <InputNumber
              aria-label={t(name)}
              min={1}
              max={kMaximumDays}
              precision={0}
              value={value[name] ?? null}
              placeholder={t('any')}
              prefix={t('last')}
              suffix={t('days')}
              disabled={disabled}
              onChange={(days) => onChange({ ...value, [name]: days ?? undefined })}
              style={{ width: '100%' }}
            />
          </Form.Item>
        </Col>
      ))}
    </Row>
  );
}

export function AudienceBuilder({ value, onChange, disabled }: Props) {
  const { t } = useTranslation('audience');
  const term = useTerm();
  const set = (change: Partial<SegmentFilter>) => onChange({ ...value, ...change });
  return (
    <Form component="div" layout="vertical" disabled={disabled}>
      <Typography.Paragraph type="secondary">{t('all_must_hold')}</Typography.Paragraph>
      <Section title={t('section_attributes')}>
        <Row gutter={16}>
          <Field label={t('cities')}>
            <Words
              label={t('cities')}
              value={value.cities}
              onChange={(cities) => set({ cities })}
              disabled={disabled}
            />
          </Field>
          <Field label={t('member_levels')}>
            <Words
              label={t('member_levels')}
              value={value.member_levels}
              onChange={(member_levels) => set({ member_levels })}
              disabled={disabled}
            />
          </Field>
          <Field label={t('regions')}>
            <Words
              label={t('regions')}
              value={value.regions}
              options={kRegions.map((region) => ({
                value: region,
                label: `${region} ${t(`region.${region}`)}`,
              }))}
              onChange={(regions) => set({ regions })}
              disabled={disabled}
            />
          </Field>
          <Field label={t('carriers')} hint={t('carriers_hint')}>
            <Select
              mode="multiple"
              aria-label={t('carriers')}
              placeholder={t('any')}
              value={value.carriers ?? []}
              options={kCarriers.map((carrier) => ({ value: carrier, label: term('carrier', carrier) }))}
              onChange={(carriers) => set({ carriers })}
              allowClear
              style={{ width: '100%' }}
            />
          </Field>
        </Row>
        <Attributes value={value} onChange={onChange} disabled={disabled} />
      </Section>
      <Section title={t('section_consent')}>
        <Row gutter={16}>
          <Field label={t('consented_to')} hint={t('consented_hint')}>
            <Select
              aria-label={t('consented_to')}
              placeholder={t('any')}
              value={value.consented_to ?? null}
              options={kClasses.map((name) => ({ value: name, label: term('message_class', name) }))}
              onChange={(name: Schema<'MessageClass'> | null) => set({ consented_to: name ?? undefined })}
              allowClear
              style={{ width: '100%' }}
            />
          </Field>
          <Field label={t('import_id')}>
            <ImportSelect
              label={t('import_id')}
              value={value.import_id}
              onChange={(import_id) => set({ import_id })}
              disabled={disabled}
            />
          </Field>
        </Row>
      </Section>
      <Section title={t('section_behaviour')}>
        <Behaviour value={value} onChange={onChange} disabled={disabled} />
      </Section>
    </Form>
  );
}
