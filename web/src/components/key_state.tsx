// Whether a key still opens anything.
import { Tag } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

interface Props {
  expiresAt: string;
  revokedAt?: string;
}

export function KeyState({ expiresAt, revokedAt }: Props) {
  const { t } = useTranslation();
  if (revokedAt) return <Tag>{t('key_state.revoked')}</Tag>;
  if (dayjs(expiresAt).isBefore(dayjs())) return <Tag color="orange">{t('key_state.expired')}</Tag>;
  return <Tag color="green">{t('key_state.valid')}</Tag>;
}
