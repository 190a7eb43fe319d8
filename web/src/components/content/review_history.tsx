// Every review of a content, by round: who decided what of which version, and why.
import { Button, Empty, Flex, Timeline, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { TermTag, TimeText } from '../marks';
import { UserName } from '../user_name';
import { ChecklistView } from './checklist_form';
import { JudgementList } from './open_problem_view';
import { ReviewProblems } from './problem_list';
import { SecondReviewReasons } from './second_review';
import { SectorAnswersView } from './sector_items_form';
import { byRound } from './rounds';

type Review = Schema<'ReviewView'>;

const kColour: Record<string, string> = {
  passed: 'blue',
  submitted: 'gray',
  approved: 'green',
  passed_on: 'gold',
  rejected: 'red',
  withdrawn: 'gray',
};

export function ReviewHistory({ content }: { content: Pick<Schema<'ContentView'>, 'id' | 'reviews'> }) {
  const { t } = useTranslation('review');
  if (content.reviews.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('history.none')} />;
  return (
    <Flex vertical gap={8}>
      {byRound(content.reviews).map(({ round, reviews }) => (
        <section key={round} aria-label={t('history.round', { round })}>
          <Typography.Title level={3} style={{ fontSize: 15, marginBlock: '4px 12px' }}>
            {t('history.round', { round })}
          </Typography.Title>
          <Timeline
            items={reviews.map((review) => ({
              key: review.id,
              color: kColour[review.decision] ?? 'gray',
              content: <ReviewEntry contentId={content.id} review={review} />,
            }))}
          />
        </section>
      ))}
    </Flex>
  );
}

function ReviewEntry({ contentId, review }: { contentId: string; review: Review }) {
  const { t } = useTranslation('review');
  const [open, setOpen] = useState(false);
  return (
    <Flex vertical gap={4}>
      <Flex gap="2px 8px" wrap align="center">
        <TermTag list="review_kind" name={review.kind} />
        {review.decision !== 'submitted' && <TermTag list="review_decision" name={review.decision} />}
        <span>{t('version', { number: review.version_number })}</span>
        <Typography.Text type="secondary">
          {review.reviewer_id ? <UserName id={review.reviewer_id} /> : t('system')}{' '}
          <TimeText value={review.reviewed_at} />
        </Typography.Text>
        {review.opinion_number && (
          <Link to={`/contents/${contentId}/opinions/${review.id}`}>{review.opinion_number}</Link>
        )}
      </Flex>
      {review.opinion && <div className="message-text">{review.opinion}</div>}
      {review.second_review.length > 0 && <SecondReviewReasons reasons={review.second_review} />}
      <JudgementList judgements={review.judgements} />
      {review.problems.length > 0 && <ReviewProblems contentId={contentId} review={review} />}
      {review.checklist.length > 0 && (
        <>
          <Button
            type="link"
            size="small"
            aria-expanded={open}
            style={{ alignSelf: 'flex-start', paddingInline: 0 }}
            onClick={() => setOpen(!open)}
          >
            {open ? t('history.hide_checklist') : t('history.show_checklist')}
          </Button>
          {open && <ChecklistView checklist={review.checklist} />}
          {open && <SectorAnswersView answers={review.sector_answers} />}
        </>
      )}
    </Flex>
  );
}
