// One finding in words: what was found, on what basis, how it was recognised, what to do instead.
import { Button, Flex, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { TermTag } from '../marks';
import type { Finding } from './findings';

/** "拦截 · 赌博：六 合 彩" for titles and for those who do not see the underlines. */
export function useFindingLabel(): (finding: Finding) => string {
  const term = useTerm();
  const { t } = useTranslation('review');
  return (finding) =>
    t('finding.label', {
      severity: term('severity', finding.severity),
      category: term('category', finding.category),
    });
}

/** "繁体变体、夹带符号或空格"; the text as it is when nothing was disguised. */
export function useHowMatched(): (how: readonly string[]) => string {
  const { t } = useTranslation('review');
  return (how) =>
    (how.length > 0 ? how : ['exact'])
      .map((name) => t(`how.${name}`, { defaultValue: name }))
      .join(t('separator'));
}

/** "cn.gambling · cn-forbidden 2026.2"; the pack is not known of old screenings. */
export function ruleOf(finding: Pick<Finding, 'rule_id' | 'pack_id' | 'pack_version'>): string {
  return finding.pack_id
    ? `${finding.rule_id} · ${finding.pack_id} ${finding.pack_version}`
    : finding.rule_id;
}

interface Props {
  finding: Finding;
  active?: boolean;
  /** Shows its place in the text. */
  onShow?: () => void;
  children?: ReactNode;
}

export function FindingView({ finding, active, onShow, children }: Props) {
  const { t } = useTranslation('review');
  const { t: screened } = useTranslation('screened');
  const term = useTerm();
  const { language } = usePreferences();
  const how = useHowMatched();
  const suggestion = language === 'zh' ? finding.suggestion_zh : finding.suggestion_en;
  const words = finding.matched ? `“${finding.matched}”` : t('finding.no_words');
  return (
    <div
      id={`finding-${finding.index}`}
      style={{
        paddingInlineStart: 12,
        borderInlineStart: `3px solid var(--mark-${finding.severity})`,
        background: active ? 'var(--mark-row-ground)' : undefined,
      }}
    >
      <Flex gap={6} wrap align="center">
        <TermTag list="severity" name={finding.severity} />
        <Tag>{term('category', finding.category)}</Tag>
        {onShow && finding.part !== 'whole' ? (
          <Button
            type="link"
            size="small"
            title={t('finding.show')}
            style={{ paddingInline: 0, height: 'auto', whiteSpace: 'normal', fontWeight: 600 }}
            onClick={onShow}
          >
            {words}
          </Button>
        ) : (
          <Typography.Text strong className="message-text">
            {words}
          </Typography.Text>
        )}
        <Typography.Text type="secondary">{t(`part.${finding.part}`)}</Typography.Text>
      </Flex>
      {suggestion && <div style={{ marginBlockStart: 4 }}>{suggestion}</div>}
      {finding.replacement && <div>{screened('replacement', { words: finding.replacement })}</div>}
      {finding.nested.length > 0 && (
        <div>
          {screened('nested')}{' '}
          {finding.nested.map((nested) => (
            <Tag key={`${nested.begin}-${nested.term}`}>{nested.term}</Tag>
          ))}
        </div>
      )}
      {finding.other_kinds.length > 0 && (
        <div>
          {screened('other_kinds')}{' '}
          {finding.other_kinds.map((kind) => (
            <Tag key={kind.rule_id}>{term('category', kind.category)}</Tag>
          ))}
        </div>
      )}
      <Typography.Text type="secondary" style={{ display: 'block' }}>
        {finding.legal_basis && <>{t('finding.basis', { basis: finding.legal_basis })} </>}
        {t('finding.how', { how: how(finding.how_matched) })} {screened('rule')}{' '}
        <span className="mono">{ruleOf(finding)}</span>
      </Typography.Text>
      {children}
    </div>
  );
}
