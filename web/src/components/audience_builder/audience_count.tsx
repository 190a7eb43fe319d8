// The live count of an audience, and how many of them agreed to the class that is to be sent.
import { LoadingOutlined, TeamOutlined } from '@ant-design/icons';
import { Flex, theme, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { formatShare } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { ProblemAlert } from '../problem_view';
import { useAudienceCount, useConsentedCount } from './count';
import type { Audience } from './filter';

interface Props {
  audience: Audience | undefined;
  messageClass?: Schema<'MessageClass'>;
}

export function AudienceCount({ audience, messageClass }: Props) {
  const { t } = useTranslation('audience');
  const term = useTerm();
  const { count: number, language } = useFormat();
  const { token } = theme.useToken();
  const all = useAudienceCount(audience);
  const consented = useConsentedCount(audience, messageClass);
  if (all.error && all.count === undefined) return <ProblemAlert error={all.error} />;
  return (
    <Flex
      align="center"
      gap="4px 12px"
      wrap
      role="status"
      aria-live="polite"
      style={{
        padding: '8px 12px',
        borderRadius: token.borderRadius,
        background: token.colorFillQuaternary,
      }}
    >
      {all.counting ? <LoadingOutlined aria-hidden /> : <TeamOutlined aria-hidden />}
      {all.count === undefined ? (
        <Typography.Text type="secondary">{t(all.counting ? 'counting' : 'not_chosen')}</Typography.Text>
      ) : (
        <>
          <span className="tabular">
            {t('now')} <b style={{ fontSize: 18 }}>{number(all.count)}</b> {t('people')}
          </span>
          {messageClass && consented.asked && consented.count !== undefined && (
            <Typography.Text type="secondary" className="tabular">
              {t('consented', {
                class: term('message_class', messageClass),
                number: number(consented.count),
                share: formatShare(consented.count, all.count, language),
              })}
            </Typography.Text>
          )}
        </>
      )}
    </Flex>
  );
}
