// The company's hours: rows by class, jurisdiction and weekday, in the recipient's zone.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { FormRows } from '@/components/form_rows';
import { MinuteSelect } from '@/components/minute_select';
import { kEveryClass, kWeekdays, type WindowRow } from './values';

const kScopes: WindowRow['scope'][] = [
  'marketing',
  'notification',
  'verification',
  'public_service',
  kEveryClass,
];
const kFresh: WindowRow = {
  scope: 'marketing',
  region: '',
  start_minute: 540,
  end_minute: 1200,
  days: kWeekdays,
};

export function Windows({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation(['settings', 'common']);
  const term = useTerm();
  return (
    <FormRows name="windows">
      {(fields, { add, remove }) => (
        <Flex vertical gap={8}>
          {fields.map((field) => (
            <Flex key={field.key} gap={8} wrap align="center" role="group" aria-label={t('window_row')}>
              <Form.Item name={[field.name, 'scope']} noStyle>
                <Select
                  aria-label={t('window_class')}
                  style={{ width: 130 }}
                  options={kScopes.map((value) => ({
                    value,
                    label: value === kEveryClass ? t('every_class') : term('message_class', value),
                  }))}
                />
              </Form.Item>
              <Form.Item name={[field.name, 'region']} noStyle>
                <Input
                  aria-label={t('region')}
                  placeholder={t('every_region')}
                  maxLength={2}
                  style={{ width: 110 }}
                />
              </Form.Item>
              <Form.Item name={[field.name, 'start_minute']} noStyle>
                <MinuteSelect aria-label={t('from')} maximum={1439} />
              </Form.Item>
              <span>–</span>
              <Form.Item name={[field.name, 'end_minute']} noStyle>
                <MinuteSelect aria-label={t('until')} minimum={1} />
              </Form.Item>
              <Form.Item
                name={[field.name, 'days']}
                noStyle
                rules={[{ required: true, type: 'array', min: 1 }]}
              >
                <Select
                  mode="multiple"
                  aria-label={t('days')}
                  maxTagCount="responsive"
                  style={{ width: 220 }}
                  options={kWeekdays.map((value) => ({ value, label: term('weekday', value) }))}
                />
              </Form.Item>
              {!disabled && (
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('common:action.remove')}
                  onClick={() => remove(field.name)}
                />
              )}
            </Flex>
          ))}
          {!disabled && (
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              style={{ width: 'fit-content' }}
              onClick={() => add(kFresh)}
            >
              {t('add_window')}
            </Button>
          )}
        </Flex>
      )}
    </FormRows>
  );
}
