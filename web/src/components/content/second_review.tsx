// Why one reviewer is not enough, and who the second one cannot be.
import { Alert, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { TimeText } from '../marks';
import { UserName } from '../user_name';
import { titleOf } from './sector_items';

type Reason = Schema<'SecondReviewReason'>;

export function SecondReviewReasons({ reasons }: { reasons: readonly Reason[] }) {
  const term = useTerm();
  const { language } = usePreferences();
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {reasons.map((reason) => (
        <li key={reason.subject}>
          {term('second_review_cause', reason.cause)}{' '}
          {reason.cause === 'sector' ? (
            <>
              {titleOf(reason, language)} · {term('second_reviewer', reason.detail)}
            </>
          ) : (
            <>
              {term('category', reason.detail)}{' '}
              <Typography.Text type="secondary" className="mono">
                {reason.subject}
              </Typography.Text>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** People in a row. */
function People({ ids }: { ids: readonly string[] }) {
  return (
    <Flex gap="2px 8px" wrap>
      {ids.map((id) => (
        <UserName key={id} id={id} />
      ))}
    </Flex>
  );
}

interface Props {
  contentId: string;
  reasons: readonly Reason[];
  /** Where one has approved it already. */
  first?: Schema<'SecondReviewView'>;
  /** The first approval as a review, to link to its opinion. */
  reviewId?: string;
}

export function SecondReviewNotice({ contentId, reasons, first, reviewId }: Props) {
  const { t } = useTranslation('review');
  if (reasons.length === 0) return null;
  return (
    <Alert
      type={first ? 'warning' : 'info'}
      showIcon
      title={t(first ? 'second.awaited' : 'second.needed')}
      description={
        <Flex vertical gap={6}>
          <SecondReviewReasons reasons={reasons} />
          {first && (
            <>
              <Flex gap="2px 8px" wrap>
                {t('second.first')} <UserName id={first.approved_by} /> <TimeText value={first.approved_at} />
                {reviewId && (
                  <Link
                    to={`/contents/${contentId}/opinions/${reviewId}`}
                    style={{ textDecoration: 'underline' }}
                  >
                    {first.opinion_number}
                  </Link>
                )}
              </Flex>
              <Flex gap="2px 8px" wrap>
                {t('second.not_by')} <People ids={first.not_by} />
              </Flex>
            </>
          )}
        </Flex>
      }
    />
  );
}

/** In a row of the queue. */
export function SecondReviewMark({ first }: { first?: Schema<'SecondReviewView'> }) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const { language } = usePreferences();
  if (!first) return null;
  const why = first.reasons.map((reason) =>
    reason.cause === 'sector' ? titleOf(reason, language) : term('category', reason.detail),
  );
  return (
    <Flex vertical gap={2}>
      <span>
        <Tag color="gold" style={{ marginInlineEnd: 0 }}>
          {t('second.short')}
        </Tag>{' '}
        {[...new Set(why)].join(t('separator'))}
      </span>
      <Typography.Text type="secondary">
        {t('second.not_by')} <People ids={first.not_by} />
      </Typography.Text>
    </Flex>
  );
}
