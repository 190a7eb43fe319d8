// Why a campaign or a batch is in its state: the server's own words translated, a person's left as they are.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

const kKnown = [
  'failure_rate',
  'carrier_code',
  'by_hand',
  'test_passed',
  'test_failed',
  'reopened',
  'freeze_failed',
  'freeze_interrupted',
  'schedule_missed',
  'screening_suspended',
  'signature_suspended',
  'no_filed_channel',
];

export function useReasonText(): (reason: string) => string {
  const { t } = useTranslation('monitor');
  const { t: codes } = useTranslation('carrier_codes');
  return useCallback(
    (reason) => {
      if (kKnown.includes(reason)) return t(`state_reason.${reason}`);
      // The shipped meanings of carriers' codes are English on the server.
      const shipped = codes('shipped', { returnObjects: true }) as Record<string, string>;
      return shipped[reason] ?? reason;
    },
    [t, codes],
  );
}
