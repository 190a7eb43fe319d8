// The message as it would arrive, with findings and problems in place; selecting words begins a problem.
import { Button, Flex, Typography } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { findingSpans, formerKey, kParts, type Part, problemKey } from '@/components/content/findings';
import { useFindingLabel } from '@/components/content/finding_view';
import { MarkLegend, MessagePreview } from '@/components/content/message_preview';
import type { TextSpan } from '@/components/highlight_spans';
import { HashText, TermTag } from '@/components/marks';
import { toUnits } from '@/components/text_offsets';
import { selectionIn } from '@/components/text_selection';
import { Section } from '@/components/section';
import type { ContentProblem } from './decision';
import type { Selection } from './problem_place';

interface Props {
  version: Schema<'ContentVersionView'>;
  problems: readonly ContentProblem[];
  /** Problems of the round before that stand, with where they are now. */
  standing: readonly StandingProblem[];
  active?: string;
  onPick: (key: string) => void;
  onAdd: (selection?: Selection) => void;
  /** The selection is where a problem that stands is now. */
  onAnchor: (number: number, selection: Selection) => void;
  disabled: boolean;
}

export interface StandingProblem {
  number: number;
  text: string;
  span?: Schema<'ProblemSpan'>;
}

export function PreviewPanel(props: Props) {
  const { version, problems, standing, active, onPick, onAdd, onAnchor, disabled } = props;
  const { t } = useTranslation('review');
  const root = useRef<HTMLDivElement>(null);
  const [rendered, setRendered] = useState(false);
  const [selection, clear] = useSelection(root, !disabled && !rendered);
  const spansOf = useSpans(version, [...marksOf(problems), ...standing.map(standingMark)], selection);
  const samples = Object.fromEntries(version.text.variables.map((v) => [v.name, v.sample]));
  return (
    <Section title={t('preview.title')} extra={<TermTag list="verdict" name={version.screening.verdict} />}>
      <Flex vertical gap={12}>
        <MessagePreview
          ref={root}
          text={version.text}
          samples={samples}
          spansOf={spansOf}
          active={active}
          onPick={onPick}
          onRendered={setRendered}
        />
        <MarkLegend problems />
        {!disabled && (
          <Flex vertical gap={4} align="flex-start">
            <Button
              size="small"
              // The press must not take the selection away.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                onAdd(selection ?? undefined);
                clear();
              }}
            >
              {selection ? t('preview.add_here', { words: shortened(selection.text) }) : t('preview.add')}
            </Button>
            {selection &&
              standing.map(({ number }) => (
                <Button
                  key={number}
                  size="small"
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => {
                    onAnchor(number, selection);
                    clear();
                  }}
                >
                  {t('preview.anchor_here', { number: number + 1 })}
                </Button>
              ))}
            <Typography.Text type="secondary">
              {rendered ? t('preview.no_select') : t('preview.select_hint')}
            </Typography.Text>
          </Flex>
        )}
        <Facts version={version} />
      </Flex>
    </Section>
  );
}

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length > 12 ? `${characters.slice(0, 11).join('')}…` : text;
}

/** The last words that were selected in the preview; kept until others are, for a press on a phone ends a selection. */
function useSelection(
  root: React.RefObject<HTMLDivElement | null>,
  enabled: boolean,
): [Selection | null, () => void] {
  const [selection, setSelection] = useState<Selection | null>(null);
  useEffect(() => {
    if (!enabled) return;
    const listener = () => {
      const now = document.getSelection();
      if (!now || now.isCollapsed || now.rangeCount === 0 || !root.current) return;
      const found = selectionIn(root.current, now.getRangeAt(0));
      if (found && kParts.includes(found.part as Part)) setSelection(found as Selection);
    };
    document.addEventListener('selectionchange', listener);
    return () => document.removeEventListener('selectionchange', listener);
  }, [root, enabled]);
  const clear = () => {
    document.getSelection()?.removeAllRanges();
    setSelection(null);
  };
  return [enabled ? selection : null, clear];
}

interface Mark {
  key: string;
  label: string;
  span?: Schema<'ProblemSpan'>;
}

function marksOf(problems: Props['problems']): Mark[] {
  return problems.map(({ text, span }, index) => ({ key: problemKey(index), label: text, span }));
}

function standingMark({ number, text, span }: StandingProblem): Mark {
  return { key: formerKey(number), label: text, span };
}

function useSpans(
  version: Props['version'],
  problems: readonly Mark[],
  selection: Selection | null,
): (part: Part) => TextSpan[] {
  const label = useFindingLabel();
  return (part) => [
    ...findingSpans(version.screening.findings, part, label),
    ...problems.flatMap(({ key, label, span }): TextSpan[] =>
      span?.part === part ? [{ key, tone: 'problem', label, ...toUnits(version.text[part], span) }] : [],
    ),
    // The browser draws the selection while it lasts; drawing it here too would end it.
    ...(selection?.part === part && document.getSelection()?.isCollapsed !== false
      ? [{ key: 'selection', tone: 'selected' as const, begin: selection.begin, end: selection.end }]
      : []),
  ];
}

function Facts({ version }: { version: Props['version'] }) {
  const { t } = useTranslation('review');
  const { count } = useFormat();
  const term = useTerm();
  const { measure } = version;
  return (
    <Typography.Text type="secondary" style={{ display: 'block' }}>
      {t('facts.segments', { segments: count(measure.segments), units: count(measure.units) })}
      {measure.longest_segments > measure.segments &&
        t('facts.longest', { segments: count(measure.longest_segments) })}
      {' · '}
      {term('encoding', measure.encoding)}
      <br />
      {t('version', { number: version.number })} <HashText value={version.hash} />
      <br />
      {t('facts.packs')}{' '}
      {version.screening.rule_packs.map((pack) => `${pack.id} ${pack.version}`).join(t('separator'))}
    </Typography.Text>
  );
}
