// What changed between two texts, character by character: removed struck through, inserted underlined.
import './text_marks.css';

interface DiffPiece {
  op: string;
  text: string;
}

export function isChanged(pieces: readonly DiffPiece[]): boolean {
  return pieces.some((piece) => piece.op !== 'keep');
}

export function DiffText({ pieces }: { pieces: readonly DiffPiece[] }) {
  return (
    <span className="message-text">
      {pieces.map((piece, index) => {
        // Pieces have no identity but their place, and the list is never edited.
        const key = `${index}${piece.op}`;
        if (piece.op === 'insert')
          return (
            <ins key={key} className="text-insert">
              {piece.text}
            </ins>
          );
        if (piece.op === 'remove')
          return (
            <del key={key} className="text-remove">
              {piece.text}
            </del>
          );
        return <span key={key}>{piece.text}</span>;
      })}
    </span>
  );
}
