// Someone else saved meanwhile: what he saved, what one's own text changes against it, and the two ways on.
import { Alert, Button, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { kParts } from '@/components/content/findings';
import { DiffText } from '@/components/diff_text';
import { TimeText } from '@/components/marks';
import { UserName } from '@/components/user_name';
import { characterDiff } from './char_diff';
import { type Content, type Draft, draftOf, valuesOf } from './draft';

interface Props {
  theirs: Content;
  mine: Draft;
  onKeep: () => void;
  onTake: () => void;
}

export function Conflict({ theirs, mine, onKeep, onTake }: Props) {
  const { t } = useTranslation('content');
  const saved = draftOf(valuesOf(theirs));
  const parts = (['name', ...kParts] as const).filter((part) => saved[part] !== mine[part]);
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      style={{ marginBlockEnd: 16 }}
      title={
        <>
          <UserName id={theirs.latest.created_by} /> <TimeText value={theirs.latest.created_at} />{' '}
          {t('conflict.title', { number: theirs.version_number })}
        </>
      }
      description={
        <Flex vertical gap={10}>
          <div>{t('conflict.means')}</div>
          {parts.length === 0 && <div>{t('conflict.same')}</div>}
          {parts.map((part) => (
            <div key={part}>
              <Typography.Text strong>{t(part)}</Typography.Text>
              <div className="message-text">
                {t('conflict.theirs')}
                {saved[part] || '—'}
              </div>
              <div>
                {t('conflict.change')}
                <DiffText pieces={characterDiff(saved[part], mine[part])} />
              </div>
            </div>
          ))}
          <Flex gap={8} wrap>
            <Button type="primary" onClick={onKeep}>
              {t('conflict.keep')}
            </Button>
            <Button onClick={onTake}>{t('conflict.take')}</Button>
          </Flex>
        </Flex>
      }
    />
  );
}
