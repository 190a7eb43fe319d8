// The problems that a review named, with the words they are about.
import { Flex, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { toUnits } from '../text_offsets';
import type { MessageText, Part } from './findings';

type Problem = Schema<'ContentProblem'>;

/** The words that a problem's span covers; empty without a span. */
export function quoteOf(problem: Problem, text: MessageText): string {
  if (!problem.span) return '';
  const part = text[problem.span.part as Part] ?? '';
  const { begin, end } = toUnits(part, problem.span);
  return part.slice(begin, end);
}

export function useVersion(contentId: string, number: number, enabled = true) {
  return $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}/versions/{number}',
    { params: { path: { content_id: contentId, number: String(number) } } },
    { staleTime: 60_000, enabled },
  );
}

export function ProblemList({
  problems,
  text,
  actions,
}: {
  problems: readonly Problem[];
  text: MessageText | undefined;
  actions?: (index: number) => ReactNode;
}) {
  const { t } = useTranslation('review');
  const term = useTerm();
  return (
    <ol style={{ margin: 0, paddingInlineStart: 22 }}>
      {problems.map((problem, index) => {
        const quote = text ? quoteOf(problem, text) : '';
        return (
          <li key={`${index}${problem.category}`} style={{ paddingBlock: 3 }}>
            <Flex justify="space-between" gap={8} align="flex-start">
              <div>
                <Tag>{term('category', problem.category)}</Tag>
                {problem.span && (
                  <Typography.Text type="secondary">{t(`part.${problem.span.part}`)} </Typography.Text>
                )}
                {quote && <span className="text-mark text-mark-problem message-text">“{quote}”</span>}{' '}
                <span className="message-text">{problem.text}</span>
              </div>
              {actions?.(index)}
            </Flex>
          </li>
        );
      })}
    </ol>
  );
}

/** The same of a saved review, whose version is fetched for the words. */
export function ReviewProblems({ contentId, review }: { contentId: string; review: Schema<'ReviewView'> }) {
  const query = useVersion(
    contentId,
    review.version_number,
    review.problems.some((problem) => problem.span),
  );
  return <ProblemList problems={review.problems} text={query.data?.text} />;
}
