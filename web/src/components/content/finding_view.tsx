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

export function useHowMatched(): (how: string) => string {
  const { t } = useTranslation('review');
  return (how) =>
    how
      .split(', ')
      .map((name) => t(`how.${name}`, { defaultValue: name }))
      .join('、');
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
      <Typography.Text type="secondary" style={{ display: 'block' }}>
        {finding.legal_basis && <>{t('finding.basis', { basis: finding.legal_basis })} </>}
        {t('finding.how', { how: how(finding.how_matched) })} <span className="mono">{finding.rule_id}</span>
      </Typography.Text>
      {children}
    </div>
  );
}
