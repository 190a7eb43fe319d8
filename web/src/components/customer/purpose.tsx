// What a consent is for, in words.
import { useTranslation } from 'react-i18next';

/** By this purpose the ledger keeps a customer's authorisation to have his personal data in messages. */
export const kPrivacyPurpose = 'privacy_authorisation';

export function PurposeText({ purpose }: { purpose: string }) {
  const { t } = useTranslation('customer');
  if (purpose === kPrivacyPurpose) return <>{t('privacy_authorisation')}</>;
  return <>{purpose || t('any_purpose')}</>;
}
