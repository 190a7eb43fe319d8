// What carriers said of the customer's number lately, and whether anything goes to it.
import { Button, Descriptions, Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, api } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction, useReason } from '@/components/action';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';

export function NumberQuality({ id }: { id: string }) {
  const { t } = useTranslation('customer_page');
  const term = useTerm();
  const can = useCan();
  const [ask, dialog] = useReason();
  const { data } = $api.useQuery('get', '/api/v1/customers/{customer_id}/number_quality', {
    params: { path: { customer_id: id } },
  });
  const lift = useAction(
    (reason: string) =>
      api.POST('/api/v1/customers/{customer_id}/number_quality/lift', {
        params: { path: { customer_id: id } },
        body: { reason },
      }),
    { done: t('quality.lifted') },
  );
  // Nothing was said: nothing to show.
  if (!data?.failed_at) return null;
  const confirm = async () => {
    const reason = await ask({
      title: t('quality.lift_title'),
      text: t('quality.lift_text'),
      confirm: t('quality.lift'),
    });
    if (reason) lift.run(reason);
  };
  return (
    <Section
      title={t('quality.title')}
      extra={
        can('suppression.write') && (
          <Button size="small" loading={lift.busy} onClick={confirm}>
            {t('quality.lift')}
          </Button>
        )
      }
    >
      {dialog}
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={[
          {
            key: 'bar',
            label: t('quality.state'),
            children: (
              <Flex gap={6} align="center" wrap>
                <Tag color={data.bar === 'open' ? 'green' : 'orange'}>{term('number_bar', data.bar)}</Tag>
                {data.barred_until && (
                  <>
                    {t('quality.until')} <TimeText value={data.barred_until} />
                  </>
                )}
              </Flex>
            ),
          },
          { key: 'failures', label: t('quality.failures'), children: data.failures },
          {
            key: 'last',
            label: t('quality.last'),
            children: (
              <>
                {term('code_class', data.code_class)} · <TimeText value={data.failed_at} />
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}
