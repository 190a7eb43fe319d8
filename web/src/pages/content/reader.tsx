// A content for those who do not write it.
import { Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { findingSpans } from '@/components/content/findings';
import { useFindingLabel } from '@/components/content/finding_view';
import { HashText, TermTag, TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import type { Content } from './draft';
import { PreviewSide } from './preview_side';
import { Records } from './records';
import { Rescreening } from './rescreening';
import { Road } from './road';

export function Reader({ content }: { content: Content }) {
  const label = useFindingLabel();
  const { latest } = content;
  return (
    <>
      <Road content={content} />
      <Rescreening content={content} />
      <div className="content-grid">
        <div className="content-column">
          <Facts content={content} />
          <Records content={content} text={latest.text} />
        </div>
        <PreviewSide
          text={latest.text}
          measured={latest}
          spansOf={(part) => findingSpans(latest.screening.findings, part, label)}
        />
      </div>
    </>
  );
}

function Facts({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const { t: common } = useTranslation();
  const { t: review } = useTranslation('review');
  const term = useTerm();
  const { text } = content.latest;
  const variables = text.variables.map((v) =>
    t('variables.one', { name: `{${v.name}}`, length: v.max_length }),
  );
  return (
    <Section title={t('facts')}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'class', label: t('class'), children: term('message_class', content.message_class) },
          { key: 'purpose', label: t('purpose'), children: content.purpose || '—' },
          {
            key: 'approval',
            label: t('approval'),
            children: <TermTag list="approval" name={content.approval} />,
          },
          {
            key: 'signature',
            label: t('signature'),
            children: <TermTag list="signature_word" name={content.signature.word} />,
          },
          { key: 'version', label: common('field.version'), children: content.version_number },
          { key: 'hash', label: t('versions.hash'), children: <HashText value={content.hash} /> },
          {
            key: 'by',
            label: t('versions.by'),
            children: content.origin === 'system' ? t('system') : <UserName id={content.latest.created_by} />,
          },
          { key: 'at', label: common('field.updated_at'), children: <TimeText value={content.updated_at} /> },
          {
            key: 'variables',
            label: t('variables.title'),
            children: variables.join(review('separator')) || '—',
          },
        ]}
      />
    </Section>
  );
}
