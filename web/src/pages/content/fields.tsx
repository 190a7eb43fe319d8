// The form of a content: what it is called and what it says.
import { Alert, Col, Form, Input, Row, Select, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import type { Part } from '@/components/content/findings';
import { titleOf } from '@/components/content/sector_items';
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
  /** The sectors that bind the text as it stands. */
  found: Measured['sectors'];
  /** How the signature stands. */
  signature: Measured['signature'] | undefined;
}

export function Fields({ spansOf, faults, values, shipped, found, signature }: Props) {
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
          <Form.Item name="signature" label={t('signature')} extra={<SignatureHint word={signature?.word} />}>
            <SignatureSelect messageClass={values.message_class} />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item name="sectors" label={t('sectors')} extra={<SectorsHint found={found} />}>
        <SectorSelect />
      </Form.Item>
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

interface SignatureProps {
  messageClass: Schema<'MessageClass'>;
  value?: string;
  onChange?: (value: string) => void;
  id?: string;
}

/** The registered signatures that may be borne or may still be approved; Form.Item hands value and onChange in. */
function SignatureSelect({ messageClass, value, onChange, id }: SignatureProps) {
  const term = useTerm();
  const known = $api.useQuery('get', '/api/v1/signatures', { params: { query: { limit: 200 } } });
  const options = (known.data?.items ?? [])
    .filter((one) => ['approved', 'submitted', 'draft'].includes(one.state))
    .map((one) => ({
      value: one.text,
      label: one.state === 'approved' ? one.text : `${one.text}（${term('signature_state', one.state)}）`,
      disabled: !one.message_classes.includes(messageClass),
    }));
  return (
    <Select
      id={id}
      showSearch
      allowClear
      value={value || undefined}
      onChange={(next?: string) => onChange?.(next ?? '')}
      options={options}
    />
  );
}

function SignatureHint({ word }: { word: Schema<'SignatureWord'> | undefined }) {
  const { t } = useTranslation('content');
  const term = useTerm();
  if (!word || word === 'none' || word === 'approved') return null;
  return (
    <Typography.Text type={word === 'pending' ? 'warning' : 'danger'}>
      {term('signature_word', word)} <Link to="/signatures">{t('signatures')}</Link>
    </Typography.Text>
  );
}

/** Form.Item hands value and onChange in. */
function SectorSelect(props: { value?: string[]; onChange?: (value: string[]) => void; id?: string }) {
  const { t } = useTranslation('content');
  const { language } = usePreferences();
  const known = $api.useQuery('get', '/api/v1/contents/sectors');
  return (
    <Select
      {...props}
      mode="multiple"
      optionFilterProp="label"
      maxCount={16}
      placeholder={t('sectors_none')}
      options={(known.data?.items ?? []).map((one) => ({ value: one.id, label: titleOf(one, language) }))}
    />
  );
}

function SectorsHint({ found }: Pick<Props, 'found'>) {
  const { t } = useTranslation('content');
  const { t: review } = useTranslation('review');
  const { language } = usePreferences();
  const names = found.filter((one) => one.found).map((one) => titleOf(one, language));
  return (
    <>
      {t('sectors_hint')}
      {names.length > 0 && ` ${t('sectors_found', { sectors: names.join(review('separator')) })}`}
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
