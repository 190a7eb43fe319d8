// Names a problem: its kind, the words it is about, what is wrong. The words come from a selection in the preview
// or are typed, which works without a mouse.
import { Form, Input, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { kPoints } from '@/components/content/checklist';
import { kParts, type MessageText, type Part } from '@/components/content/findings';
import { type ContentProblem } from './decision';
import { placeOfWords, type ProblemStart } from './problem_place';

// screen::Category, in its order.
const kCategories = [
  'POLITICAL',
  'TERROR_VIOLENCE',
  'PORN',
  'GAMBLING',
  'DRUGS',
  'FRAUD',
  'SUPERSTITION_CULT',
  'RUMOUR',
  'INSULT_DEFAMATION',
  'THREAT',
  'DISCRIMINATION',
  'PRIVACY_LEAK',
  'ABSOLUTE_TERM',
  'EXAGGERATION',
  'FALSE_PROMISE',
  'IP_BRAND',
  'STATE_SYMBOL',
  'DIVERSION',
  'HIDDEN_MARKETING',
  'VARIANT_TEXT',
  'FORMAT',
];

interface Values {
  category: string;
  part: Part | 'whole';
  words: string;
  text: string;
}

interface Props {
  /** null: closed. */
  start: ProblemStart | null;
  text: MessageText;
  onAdd: (problem: ContentProblem) => void;
  onClose: () => void;
}

export function ProblemDialog({ start, text, onAdd, onClose }: Props) {
  const { t } = useTranslation('review');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<Values>();
  const add = ({ category, part, words, text: said }: Values) => {
    const span = part === 'whole' ? undefined : placeOfWords(text, part, words, start?.selection);
    onAdd({ category, text: said.trim(), ...(span ? { span } : {}) });
    onClose();
  };
  return (
    <Modal
      open={start !== null}
      title={t('problem.add')}
      okText={t('problem.add')}
      cancelText={common('action.cancel')}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {start && (
        <Form<Values>
          form={form}
          layout="vertical"
          preserve={false}
          onFinish={add}
          initialValues={{
            category: start.category,
            part: start.selection?.part ?? 'whole',
            words: start.selection?.text ?? '',
            text: start.text ?? '',
          }}
        >
          <ProblemFields text={text} start={start} />
        </Form>
      )}
    </Modal>
  );
}

function ProblemFields({ text, start }: { text: MessageText; start: ProblemStart }) {
  const { t } = useTranslation('review');
  const { t: common } = useTranslation();
  const term = useTerm();
  const required = { required: true, message: common('state.required') };
  const options = (names: readonly string[]) =>
    names.map((name) => ({ value: name, label: term('category', name) }));
  return (
    <>
      <Form.Item name="category" label={t('problem.category')} rules={[required]}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            { label: t('problem.points'), options: options(kPoints) },
            { label: t('problem.categories'), options: options(kCategories) },
          ]}
        />
      </Form.Item>
      <Form.Item name="part" label={t('problem.part')}>
        <Select
          options={['whole', ...kParts.filter((part) => text[part] !== '')].map((part) => ({
            value: part,
            label: t(`part.${part}`),
          }))}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['part']}>
        {({ getFieldValue }) => {
          const part = getFieldValue('part') as Values['part'];
          if (part === 'whole') return null;
          return (
            <Form.Item
              name="words"
              label={t('problem.words')}
              extra={t('problem.words_hint')}
              rules={[
                required,
                {
                  validator: (_, words: string) =>
                    !words || placeOfWords(text, part, words, start.selection)
                      ? Promise.resolve()
                      : Promise.reject(new Error(t('problem.words_absent'))),
                },
              ]}
            >
              <Input />
            </Form.Item>
          );
        }}
      </Form.Item>
      <Form.Item name="text" label={t('problem.text')} rules={[{ ...required, whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={2000} placeholder={t('problem.text_hint')} />
      </Form.Item>
    </>
  );
}
