// How the signature that the content bears stands: with compliance, and with the carrier behind each channel in use.
import { Alert, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { TermTag } from '@/components/marks';
import { ProblemAlert } from '@/components/problem_view';
import { maySign } from './decision';
import { type FilingFacts, filingFactsOf, toneOf } from './signature_standing';

type Filing = Schema<'SignatureFilingView'>;

/** Words that somebody decided, and gave a reason for. */
const kDecided: Schema<'SignatureWord'>[] = ['rejected', 'suspended', 'withdrawn'];

interface Props {
  signature: Schema<'ContentSignatureView'>;
  /** Without its brackets. */
  text: string;
}

export function SignaturePanel({ signature, text }: Props) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const { word, signature_id: id } = signature;
  const query = $api.useQuery(
    'get',
    '/api/v1/signatures/{signature_id}',
    { params: { path: { signature_id: id ?? '' } } },
    { refetchOnMount: 'always', enabled: id !== undefined },
  );
  // A text without one is screening's matter.
  if (word === 'none') return null;
  const facts = query.data && filingFactsOf(query.data.filings);
  const reason = kDecided.includes(word) ? query.data?.state_reason : '';
  return (
    <div id="signature" style={{ marginBlockEnd: 16 }}>
      <Alert
        type={toneOf(word, facts)}
        showIcon
        title={
          <Flex gap="2px 8px" wrap>
            <b>{`【${text}】`}</b>
            {term('signature_word', word)}
          </Flex>
        }
        description={
          <Flex vertical gap={4}>
            {!maySign(word) && <span>{t(`signature.means.${word}`)}</span>}
            {reason && <span className="message-text">{t('signature.reason', { reason })}</span>}
            {facts && <Filings facts={facts} />}
            {query.error ? <ProblemAlert error={query.error} /> : null}
            <Link to={id ? `/signatures/${id}` : '/signatures'} style={{ textDecoration: 'underline' }}>
              {t('signature.open')}
            </Link>
          </Flex>
        }
      />
    </div>
  );
}

function Filings({ facts }: { facts: FilingFacts<Filing> }) {
  const { t } = useTranslation('review');
  const { barred, unfiled, carrying } = facts;
  return (
    <>
      <Channels title={t('signature.barred')} filings={barred} />
      <Channels title={t('signature.unfiled')} filings={unfiled} />
      {barred.length + unfiled.length === 0 && (
        <span>{carrying > 0 ? t('signature.filed', { count: carrying }) : t('signature.no_channel')}</span>
      )}
    </>
  );
}

function Channels({ title, filings }: { title: string; filings: readonly Filing[] }) {
  if (filings.length === 0) return null;
  return (
    <Flex gap="2px 12px" wrap align="center">
      <Typography.Text>{title}</Typography.Text>
      {filings.map((filing) => (
        <span key={filing.channel_id}>
          {filing.channel_name} <TermTag list="filing_state" name={filing.state} />
        </span>
      ))}
    </Flex>
  );
}
