// Approving or rejecting, and what is still missing before either.
import { Alert, App, Button, Flex, Input, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { type Finding, formerKey } from '@/components/content/findings';
import type { OpenProblem } from '@/components/content/open_problems';
import { type Sector, titleOf } from '@/components/content/sector_items';
import { Section } from '@/components/section';
import { type Missing, missingForApproval, missingForRejection, type ReviewDraft } from './decision';

type Need = Schema<'QualificationNeed'>;

interface Props {
  draft: ReviewDraft;
  findings: readonly Finding[];
  sectors: readonly Sector[];
  needs: readonly Need[];
  /** The problems of the round before. */
  former: readonly OpenProblem[];
  signature: Schema<'SignatureWord'>;
  onOpinion: (opinion: string) => void;
  onApprove: () => void;
  onReject: () => void;
  busy: boolean;
  /** Why this person may not decide. */
  bar: string | null;
}

export function DecisionPanel({
  draft,
  findings,
  sectors,
  needs,
  former,
  signature,
  onOpinion,
  onApprove,
  onReject,
  busy,
  bar,
}: Props) {
  const { t } = useTranslation('review');
  const { modal } = App.useApp();
  const toApprove = missingForApproval(draft, findings, sectors, needs, former, signature);
  const toReject = missingForRejection(draft, former);
  const ask = (deed: 'approve' | 'reject', run: () => void) =>
    modal.confirm({
      title: t(`decision.${deed}_ask`),
      content: t(`decision.${deed}_means`),
      okText: t(`decision.${deed}`),
      okButtonProps: { danger: deed === 'reject' },
      onOk: run,
    });
  return (
    <Section title={t('decision.title')} id="decision">
      <Flex vertical gap={12}>
        {bar && <Alert type="info" showIcon title={t('decision.barred')} description={t(`bar.${bar}`)} />}
        <div>
          <label htmlFor="opinion">{t('decision.opinion')}</label>
          <Input.TextArea
            id="opinion"
            rows={3}
            maxLength={2000}
            disabled={bar !== null}
            placeholder={t('decision.opinion_hint')}
            value={draft.opinion}
            onChange={(event) => onOpinion(event.target.value)}
          />
        </div>
        {!bar && (
          <Flex gap={24} wrap>
            <MissingList
              title={t('missing.approve')}
              done={t('missing.approve_done')}
              missing={toApprove}
              findings={findings}
              sectors={sectors}
            />
            <MissingList
              title={t('missing.reject')}
              done={t('missing.reject_done')}
              missing={toReject}
              findings={findings}
              sectors={sectors}
            />
          </Flex>
        )}
        <Flex gap={8} wrap>
          <Button
            type="primary"
            disabled={bar !== null || toApprove.length > 0}
            loading={busy}
            onClick={() => ask('approve', onApprove)}
          >
            {t('decision.approve')}
          </Button>
          <Button
            danger
            disabled={bar !== null || toReject.length > 0}
            loading={busy}
            onClick={() => ask('reject', onReject)}
          >
            {t('decision.reject')}
          </Button>
        </Flex>
      </Flex>
    </Section>
  );
}

function placeOf(missing: Missing): string {
  if ('point' in missing) return `point-${missing.point}`;
  if ('item' in missing) return `item-${missing.item}`;
  if ('finding' in missing) return `finding-${missing.finding}`;
  if ('problem' in missing) return formerKey(missing.problem);
  const kPlaces = {
    opinion: 'opinion',
    blocked: 'findings',
    documents: 'documents',
    signature: 'signature',
  } as const;
  return missing.kind in kPlaces ? kPlaces[missing.kind as keyof typeof kPlaces] : 'problems';
}

/** Scrolls to what is missing and puts the keyboard there. */
function goTo(id: string): void {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: 'center' });
  element?.querySelector<HTMLElement>('input, button, textarea')?.focus({ preventScroll: true });
  if (element?.matches('textarea')) element.focus({ preventScroll: true });
}

interface ListProps {
  title: string;
  done: string;
  missing: readonly Missing[];
  findings: readonly Finding[];
  sectors: readonly Sector[];
}

function MissingList({ title, done, missing, findings, sectors }: ListProps) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const { language } = usePreferences();
  const say = (item: Missing) => {
    if ('point' in item) return t(`missing.${item.kind}`, { point: term('check_point', item.point) });
    if ('item' in item) {
      const asked = sectors.flatMap((sector) => sector.items).find((one) => one.key === item.item);
      return t(`missing.${item.kind}`, { point: asked ? titleOf(asked, language) : item.item });
    }
    if ('problem' in item) return t(`missing.${item.kind}`, { number: item.problem + 1 });
    if (!('finding' in item)) return t(`missing.${item.kind}`);
    const finding = findings.find((one) => one.index === item.finding);
    return t(`missing.${item.kind}`, { words: finding?.matched || finding?.rule_id || item.finding });
  };
  return (
    <div style={{ flex: '1 1 220px' }}>
      <Typography.Text strong>{missing.length === 0 ? done : title}</Typography.Text>
      {missing.length > 0 && (
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {missing.map((item) => (
            <li key={JSON.stringify(item)}>
              <Button
                type="link"
                size="small"
                style={{
                  paddingInline: 0,
                  height: 'auto',
                  minHeight: 24, // for a finger
                  whiteSpace: 'normal',
                  textAlign: 'start',
                }}
                onClick={() => goTo(placeOf(item))}
              >
                {say(item)}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
