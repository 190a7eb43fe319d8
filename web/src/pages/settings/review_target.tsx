// What reviews are measured by: a setting of its own, for sending does not go by it.
import { Button, Card, Flex, Form, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { useSubmit } from '@/components/form_faults';
import { ProblemAlert } from '@/components/problem_view';
import { QueryView } from '@/components/query_view';

const kMostHours = 24 * 365;

export function ReviewTarget() {
  const query = $api.useQuery('get', '/api/v1/settings/review');
  return (
    <QueryView query={query} rows={2}>
      {(settings) => <TargetForm key={settings.version} settings={settings} />}
    </QueryView>
  );
}

function TargetForm({ settings }: { settings: Schema<'ReviewSettingsView'> }) {
  const { t } = useTranslation(['settings', 'common']);
  const can = useCan();
  const disabled = !can('setting.write');
  const [form] = Form.useForm<Schema<'ChangeReviewSettings'>>();
  const save = useAction(
    (body: Schema<'ChangeReviewSettings'>) =>
      api.PATCH('/api/v1/settings/review', { params: { header: ifMatch(settings.version) }, body }),
    { done: t('common:state.saved') },
  );
  const { problem, submit } = useSubmit(form, (values) => save.runAsync(values));
  return (
    <Card title={t('review')} style={{ maxWidth: 980, marginBlockStart: 16 }}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        disabled={disabled}
        initialValues={{ target_hours: settings.target_hours }}
        onFinish={() => void submit()}
      >
        <Form.Item
          name="target_hours"
          label={t('review_target')}
          extra={t('review_target_text')}
          rules={[{ required: true }]}
        >
          <InputNumber min={1} max={kMostHours} precision={0} />
        </Form.Item>
        {problem !== undefined && <ProblemAlert error={problem} />}
        <Flex>
          <Button htmlType="submit" loading={save.busy} disabled={disabled}>
            {t('review_save')}
          </Button>
        </Flex>
      </Form>
    </Card>
  );
}
