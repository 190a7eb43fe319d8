// Where a content stands on its road from draft to approval, and what was said when it was sent back.
import { Alert, Flex, Steps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Content, withCompliance } from './draft';
import { ProblemAnswers } from './problem_answers';
import { lastRejection } from './rejection';

const kStep: Record<Content['state'], number> = {
  draft: 1,
  first_reviewed: 2,
  submitted: 3,
  second_review: 3,
  approved: 4,
  rejected: 3,
  withdrawn: 3,
};

export function Road({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const failed = content.state === 'rejected' || content.state === 'withdrawn';
  const steps = ['write', 'first_review', 'submit', 'compliance'] as const;
  return (
    <Flex vertical gap={12} style={{ marginBlockEnd: 16 }}>
      <Steps
        size="small"
        current={kStep[content.state]}
        status={failed ? 'error' : undefined}
        items={steps.map((step) => ({ title: t(`road.${step}`) }))}
      />
      {content.approval === 'voided_by_change' && <Alert type="warning" showIcon title={t('road.voided')} />}
      {content.lapsed_qualifications.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t('road.lapsed', { kinds: content.lapsed_qualifications.join(t('separator')) })}
        />
      )}
      {content.latest.carries_personal_data && <Alert type="info" showIcon title={t('road.personal_data')} />}
      <SentBack content={content} />
      {withCompliance(content) && <Alert type="info" showIcon title={t('road.locked')} />}
    </Flex>
  );
}

/** Stays in sight until the content is submitted again. */
function SentBack({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const last = lastRejection(content);
  if (!last) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={
        <>
          {t('road.sent_back', { number: last.version_number })}{' '}
          <Link to={`/contents/${content.id}/opinions/${last.id}`} style={{ textDecoration: 'underline' }}>
            {last.opinion_number}
          </Link>
        </>
      }
      description={
        <>
          <div className="message-text">{last.opinion}</div>
          <ProblemAnswers content={content} />
        </>
      }
    />
  );
}
