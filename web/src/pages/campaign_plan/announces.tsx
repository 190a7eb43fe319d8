// Policy 4.2.3: a campaign whose text tells its recipients how often they will hear from the company.
import { Checkbox, Flex, Form, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { SpanInput } from '@/components/span_input';
import { ZonedPicker } from '@/components/zoned_picker';

export function Announces() {
  const { t } = useTranslation(['campaign_plan', 'common']);
  const on = Form.useWatch('is_announcement') as boolean | undefined;
  const required = { required: true, message: t('common:state.required') };
  return (
    <>
      <Form.Item name="is_announcement" valuePropName="checked" extra={t('announces_hint')}>
        <Checkbox>{t('announces')}</Checkbox>
      </Form.Item>
      {on && (
        <Flex gap="0 24px" wrap>
          <Form.Item name={['announces', 'maximum']} label={t('announces_maximum')} rules={[required]}>
            <InputNumber min={1} max={1000} precision={0} />
          </Form.Item>
          <Form.Item name={['announces', 'span_seconds']} label={t('announces_span')} rules={[required]}>
            <SpanInput />
          </Form.Item>
          <Form.Item name={['announces', 'valid_from']} label={t('announces_from')} rules={[required]}>
            <ZonedPicker />
          </Form.Item>
          <Form.Item name={['announces', 'valid_until']} label={t('announces_until')} rules={[required]}>
            <ZonedPicker />
          </Form.Item>
        </Flex>
      )}
    </>
  );
}
