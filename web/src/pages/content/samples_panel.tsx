// The text as real recipients would read it: the samples, the longest, the costliest, some of an audience, masked.
import { Alert, Button, Card, Empty, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Audience, AudiencePicker, isChosen, tidyAudience } from '@/components/audience_builder';
import { ProblemAlert } from '@/components/problem_view';

type Sample = Schema<'ContentSample'>;

export function SamplesPanel({ text }: { text: Schema<'ContentTextSpec'> }) {
  const { t } = useTranslation('content');
  const { count } = useFormat();
  const can = useCan();
  const [audience, setAudience] = useState<Audience>();
  const [samples, setSamples] = useState<Schema<'ContentSamples'>>();
  const take = useAction(
    async () => {
      const body = { text, audience: isChosen(audience) ? tidyAudience(audience) : undefined };
      const { data } = await api.POST('/api/v1/contents/samples', { body });
      return data!;
    },
    { refresh: [], onDone: setSamples },
  );
  return (
    <Flex vertical gap={14}>
      <Typography.Text type="secondary">{t('samples.hint')}</Typography.Text>
      {can('customer.read') && (
        <AudiencePicker value={audience} onChange={setAudience} messageClass={text.message_class} />
      )}
      <Button
        style={{ alignSelf: 'flex-start' }}
        disabled={text.body.trim() === ''}
        loading={take.busy}
        onClick={() => take.run()}
      >
        {t('samples.take')}
      </Button>
      {take.error && <ProblemAlert error={take.error} />}
      {samples && (
        <>
          {samples.looked_at > 0 && (
            <Alert type="info" title={t('samples.looked_at', { people: count(samples.looked_at) })} />
          )}
          {samples.items.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} />}
          <div
            style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(260px, 1fr))', gap: 12 }}
          >
            {samples.items.map((sample, index) => (
              <SampleCard key={`${sample.kind}${index}`} sample={sample} />
            ))}
          </div>
        </>
      )}
    </Flex>
  );
}

function SampleCard({ sample }: { sample: Sample }) {
  const { t } = useTranslation('content');
  const { count } = useFormat();
  const term = useTerm();
  const can = useCan();
  return (
    <Card size="small">
      <Flex vertical gap={6}>
        <Flex justify="space-between" gap={8} wrap>
          <Typography.Text strong>
            {t(`samples.kind.${sample.kind}`, { defaultValue: sample.kind })}
          </Typography.Text>
          {sample.customer_id && can('customer.read') && (
            <Link to={`/customers/${sample.customer_id}`}>{t('samples.customer')}</Link>
          )}
        </Flex>
        <div className="message-text">{sample.text}</div>
        {sample.segments > 0 && (
          <Typography.Text type="secondary" className="tabular">
            {t('samples.size', {
              segments: count(sample.segments),
              units: count(sample.units),
              encoding: term('encoding', sample.encoding),
            })}
          </Typography.Text>
        )}
        {sample.missing.length > 0 && (
          <div>
            <Tag color="red">{t('samples.missing')}</Tag>
            <span className="mono">{sample.missing.map((name) => `{${name}}`).join(' ')}</span>
          </div>
        )}
      </Flex>
    </Card>
  );
}
