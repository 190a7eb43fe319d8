// Rows of "at most so many within such a span", with or without the class. For a form: a Form.List.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Form, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { FormRows } from './form_rows';
import { SpanInput } from './span_input';

const kClasses: Schema<'MessageClass'>[] = ['verification', 'notification', 'marketing', 'public_service'];

interface Props {
  name: string;
  disabled?: boolean;
  /** None: the rows are of one class, which is said elsewhere. */
  byClass?: boolean;
  most?: number;
}

export function FrequencyRules({ name, disabled = false, byClass = false, most }: Props) {
  const { t } = useTranslation();
  const term = useTerm();
  const fresh = { maximum: 1, span_seconds: 86_400, ...(byClass ? { message_class: 'marketing' } : {}) };
  return (
    <FormRows name={name}>
      {(fields, { add, remove }) => (
        <Flex vertical gap={4}>
          {fields.map((field) => (
            <Flex key={field.key} gap={8} wrap align="center">
              {byClass && (
                <Form.Item name={[field.name, 'message_class']} noStyle>
                  <Select
                    aria-label={t('frequency.class')}
                    style={{ width: 130 }}
                    options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
                  />
                </Form.Item>
              )}
              <span>{t('frequency.at_most')}</span>
              <Form.Item name={[field.name, 'maximum']} noStyle rules={[{ required: true }]}>
                <InputNumber
                  aria-label={t('frequency.maximum')}
                  min={1}
                  max={1000}
                  precision={0}
                  style={{ width: 90 }}
                />
              </Form.Item>
              <span>{t('frequency.within')}</span>
              <Form.Item name={[field.name, 'span_seconds']} noStyle rules={[{ required: true }]}>
                <SpanInput disabled={disabled} />
              </Form.Item>
              {!disabled && (
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('action.remove')}
                  onClick={() => remove(field.name)}
                />
              )}
            </Flex>
          ))}
          {!disabled && (most === undefined || fields.length < most) && (
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              style={{ width: 'fit-content' }}
              onClick={() => add(fresh)}
            >
              {t('frequency.add')}
            </Button>
          )}
        </Flex>
      )}
    </FormRows>
  );
}
