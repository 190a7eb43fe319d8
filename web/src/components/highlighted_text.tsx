// A text with marks over it: findings, problems, variables; overlaps are drawn as the gravest of them.
import type { KeyboardEvent } from 'react';
import { type Piece, piecesOf, strongest, type TextSpan } from './highlight_spans';
import './text_marks.css';

interface Props {
  text: string;
  spans: readonly TextSpan[];
  /** The key of the span that is looked at now. */
  active?: string;
  /** Makes the marks buttons. */
  onPick?: (key: string) => void;
}

function labelOf(piece: Piece): string {
  return piece.spans
    .map((span) => span.label)
    .filter(Boolean)
    .join('；');
}

export function HighlightedText({ text, spans, active, onPick }: Props) {
  return (
    <>
      {piecesOf(text, spans).map((piece) => (
        <PieceMark
          key={`${piece.begin}${piece.text ? '' : 'empty'}`}
          piece={piece}
          active={active}
          onPick={onPick}
        />
      ))}
    </>
  );
}

function PieceMark({ piece, active, onPick }: { piece: Piece } & Pick<Props, 'active' | 'onPick'>) {
  const top = strongest(piece.spans);
  if (!top) return piece.text;
  const isActive = piece.spans.some((span) => span.key === active);
  const label = labelOf(piece);
  const look = [
    'text-mark',
    `text-mark-${top.tone}`,
    isActive ? 'text-mark-active' : '',
    piece.text ? '' : 'text-mark-empty',
  ]
    .filter(Boolean)
    .join(' ');
  const pickable = onPick && top.tone !== 'variable' && top.tone !== 'selected';
  if (!pickable)
    return (
      <mark className={look} title={label || undefined}>
        {piece.text}
      </mark>
    );
  const pick = () => onPick(top.key);
  return (
    <mark
      className={look}
      title={label}
      role="button"
      tabIndex={0}
      aria-label={`${piece.text} ${label}`.trim()}
      onClick={pick}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        pick();
      }}
    >
      {piece.text}
    </mark>
  );
}
