// How the channel stood over time, the newest first.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Empty, Timeline, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { TermTag, TimeText } from '@/components/marks';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';

const kPage = 30;
const kColour: Partial<Record<string, string>> = {
  bound: 'green',
  backoff: 'orange',
  bad_credentials: 'red',
  draining: 'orange',
};

export function History({ id }: { id: string }) {
  const { t } = useTranslation('channel');
  const query = useInfiniteQuery({
    queryKey: ['get', '/api/v1/channels/{channel_id}/history', id],
    queryFn: async ({ pageParam }) =>
      (
        await api.GET('/api/v1/channels/{channel_id}/history', {
          params: { path: { channel_id: id }, query: { limit: kPage, after: pageParam } },
        })
      ).data!,
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
    refetchInterval: 15_000,
    retry: (failures, error) => asProblem(error).status >= 500 && failures < 2,
  });
  const all = query.data && { items: query.data.pages.flatMap((page) => page.items) };
  return (
    <Section title={t('history.title')}>
      <QueryView
        query={{ data: all, error: query.error, isPending: query.isPending, refetch: query.refetch }}
        isEmpty={({ items }) => items.length === 0}
        empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('history.none')} />}
      >
        {({ items }) => (
          <>
            <Timeline
              style={{ marginBlockStart: 8 }}
              items={items.map((event) => ({
                key: event.id,
                color: kColour[event.state] ?? 'gray',
                content: (
                  <>
                    <TimeText value={event.at} detail="second" />{' '}
                    <TermTag list="link_state" name={event.state} />
                    <Typography.Text type="secondary">
                      {t('history.sessions', { sessions: event.sessions_bound })}
                    </Typography.Text>
                    {event.detail && <div className="message-text">{event.detail}</div>}
                  </>
                ),
              }))}
            />
            {query.hasNextPage && (
              <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('history.earlier')}
              </Button>
            )}
          </>
        )}
      </QueryView>
    </Section>
  );
}
