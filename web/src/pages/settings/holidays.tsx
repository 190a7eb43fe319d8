// The calendar of days on which marketing has hours of its own, or none: by hand, or as a list of lines.
import { DeleteOutlined, ImportOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Flex, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormRows } from '@/components/form_rows';
import { MinuteSelect } from '@/components/minute_select';
import { type HolidayRow, mergeHolidays, parseHolidays } from './values';

const kFresh = { date: '', region: '', name: '', closed: true, start_minute: 600, end_minute: 1080 };

function ImportDialog({
  onImport,
  onClose,
}: {
  onImport: (rows: HolidayRow[]) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(['settings', 'common']);
  const [text, setText] = useState('');
  const { rows, wrong } = parseHolidays(text);
  return (
    <Modal
      open
      title={t('holidays_import')}
      okText={t('holidays_take', { number: rows.length })}
      cancelText={t('common:action.cancel')}
      okButtonProps={{ disabled: rows.length === 0 || wrong.length > 0 }}
      onOk={() => {
        onImport(rows);
        onClose();
      }}
      onCancel={onClose}
    >
      <p>{t('holidays_import_text')}</p>
      <Input.TextArea
        aria-label={t('holidays_import')}
        rows={8}
        value={text}
        placeholder="2026-10-01,CN,国庆节,closed"
        onChange={(event) => setText(event.target.value)}
      />
      {wrong.length > 0 && (
        <Alert
          type="error"
          showIcon
          style={{ marginBlockStart: 8 }}
          title={t('holidays_wrong', { lines: wrong.slice(0, 10).join(', ') })}
        />
      )}
    </Modal>
  );
}

function HolidayHours({ row }: { row: number }) {
  const { t } = useTranslation('settings');
  const closed = Form.useWatch(['holidays', row, 'closed']) as boolean | undefined;
  if (closed !== false) return null;
  return (
    <>
      <Form.Item name={[row, 'start_minute']} noStyle>
        <MinuteSelect aria-label={t('from')} maximum={1439} />
      </Form.Item>
      <span>–</span>
      <Form.Item name={[row, 'end_minute']} noStyle>
        <MinuteSelect aria-label={t('until')} minimum={1} />
      </Form.Item>
    </>
  );
}

export function Holidays({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation(['settings', 'common']);
  const form = Form.useFormInstance();
  const [importing, setImporting] = useState(false);
  const take = (rows: HolidayRow[]) =>
    form.setFieldValue('holidays', mergeHolidays(form.getFieldValue('holidays') as HolidayRow[], rows));
  return (
    <FormRows name="holidays">
      {(fields, { add, remove }) => (
        <Flex vertical gap={8}>
          {fields.map((field) => (
            <Flex key={field.key} gap={8} wrap align="center" role="group" aria-label={t('holiday')}>
              <Form.Item name={[field.name, 'date']} noStyle rules={[{ required: true }]}>
                <Input type="date" aria-label={t('date')} style={{ width: 150 }} />
              </Form.Item>
              <Form.Item name={[field.name, 'region']} noStyle>
                <Input
                  aria-label={t('region')}
                  placeholder={t('every_region')}
                  maxLength={2}
                  style={{ width: 110 }}
                />
              </Form.Item>
              <Form.Item name={[field.name, 'name']} noStyle>
                <Input aria-label={t('holiday_name')} maxLength={80} style={{ width: 160 }} />
              </Form.Item>
              <Form.Item name={[field.name, 'closed']} noStyle valuePropName="checked">
                <Checkbox>{t('closed')}</Checkbox>
              </Form.Item>
              <HolidayHours row={field.name} />
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
            <Flex gap={8}>
              <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(kFresh)}>
                {t('add_holiday')}
              </Button>
              <Button type="dashed" icon={<ImportOutlined />} onClick={() => setImporting(true)}>
                {t('holidays_import')}
              </Button>
            </Flex>
          )}
          {importing && <ImportDialog onImport={take} onClose={() => setImporting(false)} />}
        </Flex>
      )}
    </FormRows>
  );
}
