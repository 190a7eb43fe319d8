// What a channel speaks, and how: encrypted or not, and where it lets its carrier in.
import { Flex, Tag, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { endpointText, tlsOf } from './protocols';

export function ProtocolMark({ channel }: { channel: Schema<'ChannelView'> }) {
  const { t } = useTranslation('channels');
  const term = useTerm();
  const { protocol, options } = channel;
  const tls = tlsOf(channel);
  return (
    <Flex vertical gap={2} align="flex-start">
      <Flex gap={6} align="center" style={{ whiteSpace: 'nowrap' }}>
        {term('channel_protocol', protocol)}
        {tls !== 'off' && (
          <Tooltip title={term('channel_tls', tls)}>
            <Tag color={tls === 'verified' ? 'green' : 'orange'}>{t(`tls_mark.${tls}`)}</Tag>
          </Tooltip>
        )}
      </Flex>
      {protocol === 'sgip' &&
        (options.listen_port === 0 ? (
          <Tag color="orange">{t('deaf')}</Tag>
        ) : (
          <Typography.Text type="secondary" style={{ fontSize: 13 }}>
            {t('listens', { address: endpointText(options.listen_address, options.listen_port) })}
          </Typography.Text>
        ))}
    </Flex>
  );
}
