// My tasks: what waits for me, the most urgent first, each a link to where it is done.
import { Card, Empty, Flex, List, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { formatDistance } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { useCan, useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { placeOfTask, urgencyOf } from './tasks';

type Task = Schema<'TaskView'>;

function Deadline({ task, now }: { task: Task; now: Date }) {
  const { t } = useTranslation('home');
  const { language } = usePreferences();
  if (!task.deadline)
    return (
      <Typography.Text type="secondary">
        {t('since')} <TimeText value={task.since} />
      </Typography.Text>
    );
  const urgency = urgencyOf(task.deadline, now);
  return (
    <Flex gap={8} align="center" wrap>
      <Tag color={urgency === 'overdue' ? 'red' : urgency === 'soon' ? 'orange' : 'default'}>
        {urgency === 'overdue' ? t('overdue') : formatDistance(task.deadline, now, language)}
      </Tag>
      <TimeText value={task.deadline} />
    </Flex>
  );
}

export default function Home() {
  const { t } = useTranslation('home');
  const term = useTerm();
  const { count } = useFormat();
  const session = useSession();
  const can = useCan();
  const query = $api.useQuery('get', '/api/v1/tasks', {}, { refetchInterval: 30_000 });
  const now = new Date();
  return (
    <Page
      title={t('title')}
      subtitle={t('hello', {
        name: session.display_name,
        roles: session.roles.map((r) => term('role', r)).join('、'),
      })}
    >
      <QueryView
        query={query}
        isEmpty={(data) => data.items.length === 0}
        empty={
          <Card>
            <Empty description={t('nothing')} />
          </Card>
        }
      >
        {(data) => (
          <Flex vertical gap={16}>
            <Flex gap={8} wrap>
              {Object.entries(data.counts).map(([kind, number]) => (
                <Tag key={kind} style={{ paddingBlock: 3 }}>
                  {term('task_kind', kind)} <b className="tabular">{count(number)}</b>
                </Tag>
              ))}
            </Flex>
            <Card styles={{ body: { paddingBlock: 4 } }}>
              <List
                dataSource={data.items}
                rowKey={(task) => task.kind + task.object_id}
                renderItem={(task) => (
                  <List.Item extra={<Deadline task={task} now={now} />} style={{ gap: 12 }}>
                    <List.Item.Meta
                      title={
                        <Link to={placeOfTask(task, can)}>{task.title || term('task_kind', task.kind)}</Link>
                      }
                      description={
                        <>
                          {term('task_kind', task.kind)}
                          {task.detail ? ` · ${task.detail}` : ''}
                          {task.state === 'restored_backup' ? ` · ${t('restored_backup')}` : ''}
                        </>
                      }
                    />
                  </List.Item>
                )}
              />
              {data.truncated && <Typography.Text type="secondary">{t('truncated')}</Typography.Text>}
            </Card>
          </Flex>
        )}
      </QueryView>
    </Page>
  );
}
