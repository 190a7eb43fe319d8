// What carriers' codes stopped: texts that compliance looks at again. Signatures that one does not know are on their own page.
import { Alert, Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';

type Text = Schema<'FrozenText'>;

function TextLine({ text }: { text: Text }) {
  const { t } = useTranslation('carrier_codes');
  const can = useCan();
  const [ask, dialog] = useReason();
  const release = useAction(
    (reason: string) =>
      api.POST('/api/v1/carrier_findings/texts/{version_id}/release', {
        params: { path: { version_id: text.version_id } },
        body: { reason },
      }),
    { done: t('findings.released') },
  );
  const confirm = async () => {
    const reason = await ask({
      title: t('findings.release_text_title'),
      text: t('findings.release_text_text'),
      confirm: t('findings.release'),
    });
    if (reason) release.run(reason);
  };
  const name = t('findings.text_of', { name: text.content_name, number: text.number });
  return (
    <Flex gap={12} align="center" wrap>
      {dialog}
      {can('content.read') ? <Link to={`/contents/${text.content_id}`}>{name}</Link> : name}
      <span className="mono">{t('findings.code', { code: text.code })}</span>
      <TimeText value={text.frozen_at} />
      {can('content.review') && (
        <Button size="small" loading={release.busy} onClick={confirm}>
          {t('findings.release')}
        </Button>
      )}
    </Flex>
  );
}

export function Findings() {
  const { t } = useTranslation('carrier_codes');
  const { data } = $api.useQuery('get', '/api/v1/carrier_findings');
  if (!data || data.texts.length === 0) return null;
  return (
    <Section title={t('findings.title')}>
      <Flex vertical gap={12}>
        <Alert
          type="error"
          showIcon
          title={t('findings.texts')}
          description={
            <Flex vertical gap={8}>
              {data.texts.map((text) => (
                <TextLine key={text.version_id} text={text} />
              ))}
            </Flex>
          }
        />
      </Flex>
    </Section>
  );
}
