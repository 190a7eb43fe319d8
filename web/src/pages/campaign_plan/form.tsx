// The plan: goal, audience, content, time and owner are what the policy asks for (2.1.1).
import { Alert, Button, Card, Col, Flex, Form, Input, InputNumber, Row, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { asProblem, Problem } from '@/api/problem';
import { useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import { type Audience, AudiencePicker, isChosen } from '@/components/audience_builder';
import { useContent } from '@/components/content_preview';
import { showFaults } from '@/components/form_faults';
import { ProblemAlert } from '@/components/problem_view';
import { useDirectory } from '@/components/user_name';
import { ZonedPicker } from '@/components/zoned_picker';
import { Announces } from './announces';
import { ContentSelect } from './content_select';
import { Outlook } from './outlook';
import { type PlanForm as Values, toPlan } from './plan';

interface Props {
  initial: Partial<Values>;
  busy: boolean;
  /** Whether the time must still be ahead. */
  fresh: boolean;
  onSave: (plan: Schema<'CampaignPlan'>) => Promise<unknown>;
  onCancel: () => void;
}

function useOwnerOptions() {
  const { entries } = useDirectory();
  const session = useSession();
  const owners = entries.filter((e) => e.kind === 'user' && e.roles.includes('marketing'));
  const options = owners.map((e) => ({ value: e.id, label: e.display_name }));
  return options.some((o) => o.value === session.id)
    ? options
    : [{ value: session.id, label: session.display_name }, ...options];
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Card title={<h2 style={{ margin: 0, fontSize: 16 }}>{title}</h2>} size="small">
      {children}
    </Card>
  );
}

export function PlanForm({ initial, busy, fresh, onSave, onCancel }: Props) {
  const { t } = useTranslation('campaign_plan');
  const term = useTerm();
  const owners = useOwnerOptions();
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<Problem>();
  const contentId = Form.useWatch('content_id', form);
  const audience = Form.useWatch('audience', form) as Audience | undefined;
  const budget = Form.useWatch('budget_yuan', form);
  const content = useContent(contentId).data;
  const required = { required: true, message: t('common:state.required') };

  const submit = async (values: Values) => {
    if (!content) return;
    setProblem(undefined);
    try {
      await onSave(toPlan(values, content));
    } catch (error) {
      const said = asProblem(error);
      const left = showFaults(form, said);
      if (left.length > 0 || said.errors.length === 0)
        setProblem(new Problem(said.status, said.code, said.detail, left, said.extensions));
    }
  };

  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={initial}
      onFinish={(values) => void submit(values)}
      scrollToFirstError={{ focus: true, block: 'center' }}
    >
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={16}>
          <Flex vertical gap={16}>
            {problem && <ProblemAlert error={problem} />}
            <Section title={t('section_goal')}>
              <Form.Item name="name" label={t('name')} rules={[{ ...required, whitespace: true }]}>
                <Input maxLength={100} showCount placeholder={t('name_hint')} />
              </Form.Item>
              <Form.Item
                name="goal"
                label={t('goal')}
                rules={[{ ...required, whitespace: true }]}
                style={{ marginBlockEnd: 20 }}
              >
                <Input.TextArea maxLength={1000} showCount rows={3} placeholder={t('goal_hint')} />
              </Form.Item>
            </Section>
            <Section title={t('section_content')}>
              <Form.Item
                name="content_id"
                label={t('content')}
                rules={[required]}
                extra={
                  content ? t('class_of', { class: term('message_class', content.message_class) }) : undefined
                }
                style={{ marginBlockEnd: 0 }}
              >
                <ContentSelect />
              </Form.Item>
            </Section>
            <Section title={t('section_audience')}>
              <Form.Item
                name="audience"
                noStyle
                rules={[
                  {
                    validator: (_, value: Audience) =>
                      isChosen(value) ? Promise.resolve() : Promise.reject(new Error(t('audience_required'))),
                  },
                ]}
              >
                <AudiencePicker messageClass={content?.message_class} />
              </Form.Item>
              <Form.Item noStyle shouldUpdate>
                {() =>
                  form.getFieldError('audience').length > 0 && (
                    <Alert
                      type="error"
                      showIcon
                      role="alert"
                      title={form.getFieldError('audience')[0]}
                      style={{ marginBlockStart: 12 }}
                    />
                  )
                }
              </Form.Item>
            </Section>
            <Section title={t('section_time')}>
              <Row gutter={16}>
                <Col xs={24} md={9}>
                  <Form.Item
                    name="planned_at"
                    label={t('planned_at')}
                    extra={t('planned_at_hint')}
                    rules={[
                      required,
                      {
                        validator: (_, value?: string) =>
                          fresh && value && new Date(value).getTime() < Date.now()
                            ? Promise.reject(new Error(t('past')))
                            : Promise.resolve(),
                      },
                    ]}
                  >
                    <ZonedPicker />
                  </Form.Item>
                </Col>
                <Col xs={24} md={8}>
                  <Form.Item name="owner_id" label={t('owner')} rules={[required]}>
                    <Select options={owners} showSearch={{ optionFilterProp: 'label' }} />
                  </Form.Item>
                </Col>
                <Col xs={24} md={7}>
                  <Form.Item name="budget_yuan" label={t('budget')}>
                    <InputNumber min={0} max={1e9} precision={2} prefix="¥" style={{ width: '100%' }} />
                  </Form.Item>
                </Col>
              </Row>
            </Section>
            <Section title={t('section_announces')}>
              <Announces />
            </Section>
            <Flex gap={8}>
              <Button type="primary" htmlType="submit" loading={busy}>
                {t('save')}
              </Button>
              <Button onClick={onCancel}>{t('common:action.cancel')}</Button>
            </Flex>
          </Flex>
        </Col>
        <Col xs={24} xl={8}>
          <Outlook content={content} audience={audience} budgetYuan={budget} />
        </Col>
      </Row>
    </Form>
  );
}
