// The form of a content: what it is called and what it says.
import { Alert, Col, Form, Input, Row, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import type { Part } from '@/components/content/findings';
import type { TextSpan } from '@/components/highlight_spans';
import { unitsBefore } from '@/components/text_offsets';
import type { Values } from './draft';
import { HighlightedTextArea } from './text_area';
import type { Measured } from './use_measured';

const kClasses: Schema<'MessageClass'>[] = ['marketing', 'notification', 'verification', 'public_service'];

interface Props {
  spansOf: (part: Part) => TextSpan[];
  faults: Measured['faults'];
  values: Values;
  /** A text that the program ships keeps its class and purpose. */
  shipped: boolean;
}

export function Fields({ spansOf, faults, values, shipped }: Props) {
  const { t } = useTranslation('content');
  const { t: common } = useTranslation();
  const term = useTerm();
  const required = { required: true, whitespace: true, message: common('state.required') };
  return (
    <>
      <Form.Item name="name" label={t('name')} rules={[required]} extra={t('name_hint')}>
        <Input maxLength={100} />
      </Form.Item>
      <Row gutter={16}>
        <Col xs={24} md={8}>
          <Form.Item name="message_class" label={t('class')}>
            <Select
              disabled={shipped || undefined}
              options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
            />
          </Form.Item>
        </Col>
        <Col xs={24} md={8}>
          <Form.Item name="purpose" label={t('purpose')}>
            <Input disabled={shipped || undefined} maxLength={64} placeholder={t('purpose_hint')} />
          </Form.Item>
        </Col>
        <Col xs={24} md={8}>
          <Form.Item name="signature" label={t('signature')}>
            <Input prefix="【" suffix="】" maxLength={40} />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item
        name="body"
        label={t('body')}
        rules={[required]}
        extra={t('body_hint', { open: '{{', close: '}}' })}
      >
        <HighlightedTextArea spans={spansOf('body')} maxLength={2000} />
      </Form.Item>
      <Form.Item name="opt_out_text" label={t('opt_out_text')} extra={t('opt_out_hint')}>
        <Input maxLength={100} />
      </Form.Item>
      <Faults faults={faults} values={values} />
    </>
  );
}

/** A template that does not parse: what is wrong, and before which words. */
function Faults({ faults, values }: Pick<Props, 'faults' | 'values'>) {
  const { t } = useTranslation('content');
  const { t: review } = useTranslation('review');
  if (faults.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t('fault.title')}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {faults.map((fault) => {
            const text = values[fault.part as 'body' | 'opt_out_text'] ?? '';
            const at = unitsBefore(text, fault.byte);
            return (
              <li key={fault.part}>
                {t('fault.at', {
                  part: review(`part.${fault.part}`),
                  fault: t(`fault.${fault.fault}`, { defaultValue: fault.fault }),
                  place: text.slice(at, at + 8) || t('fault.end'),
                })}
              </li>
            );
          })}
        </ul>
      }
    />
  );
}
