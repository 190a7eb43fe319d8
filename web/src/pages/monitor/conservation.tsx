// Says that the counts by state add up to the whole, or loudly that they do not.
import { CheckCircleFilled, WarningFilled } from '@ant-design/icons';
import { Alert, theme, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/preferences';

interface Props {
  sum: number;
  whole: number;
  holds: boolean;
  /** The whole is all messages there are, not one campaign's target. */
  everything?: boolean;
}

export function Conservation({ sum, whole, holds, everything }: Props) {
  const { t } = useTranslation('monitor');
  const { count } = useFormat();
  const { token } = theme.useToken();
  const values = { sum: count(sum), whole: count(whole) };
  if (!holds || sum !== whole)
    return (
      <Alert
        type="error"
        icon={<WarningFilled />}
        showIcon
        role="alert"
        title={t(everything ? 'sum.broken_all' : 'sum.broken', values)}
        description={t('sum.broken_detail')}
      />
    );
  return (
    <Typography.Text className="tabular" title={t('sum.hint')}>
      <CheckCircleFilled aria-hidden style={{ color: token.colorSuccess, marginInlineEnd: 6 }} />
      {t(everything ? 'sum.holds_all' : 'sum.holds', values)}
    </Typography.Text>
  );
}
