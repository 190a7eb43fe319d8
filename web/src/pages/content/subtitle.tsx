// Where a content stands, in one line.
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { TermTag } from '@/components/marks';
import type { Content } from './draft';

export function Subtitle({ content }: { content: Content }) {
  const { t } = useTranslation('review');
  const term = useTerm();
  return (
    <>
      <TermTag list="content_state" name={content.state} />
      {term('message_class', content.message_class)} · {t('version', { number: content.version_number })} ·{' '}
      {t('round', { round: content.round })}
    </>
  );
}
