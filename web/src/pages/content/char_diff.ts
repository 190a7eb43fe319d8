// What an unsaved text changes against a saved one, character by character. The server compares saved versions;
// this is for what is only in the browser. Pure.

export interface Piece {
  op: 'keep' | 'remove' | 'insert';
  text: string;
}

/** Time and memory are the product of the lengths: for texts of a message's size. */
export function characterDiff(before: string, after: string): Piece[] {
  const a = Array.from(before);
  const b = Array.from(after);
  const width = b.length + 1;
  // common[i][j]: the longest common subsequence of a from i and b from j.
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const pieces: Piece[] = [];
  const add = (op: Piece['op'], character: string) => {
    const last = pieces.at(-1);
    if (last?.op === op) last.text += character;
    else pieces.push({ op, text: character });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add('keep', a[i]!);
      i += 1;
      j += 1;
    } else if (
      i < a.length &&
      (j === b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    ) {
      add('remove', a[i]!);
      i += 1;
    } else {
      add('insert', b[j]!);
      j += 1;
    }
  }
  return pieces;
}
