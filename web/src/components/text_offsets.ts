// The API counts bytes of UTF-8, browsers count UTF-16 units; here one is turned into the other. Pure.

export interface Extent {
  begin: number;
  end: number;
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Whether a place is between the two halves of one character. */
function splitsCharacter(text: string, units: number): boolean {
  const before = text.charCodeAt(units - 1);
  const after = text.charCodeAt(units);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}

/** UTF-16 units widened so that no character is cut, and kept within the text. */
export function wholeCharacters(text: string, extent: Extent): Extent {
  let begin = Math.max(0, Math.min(extent.begin, text.length));
  let end = Math.max(begin, Math.min(extent.end, text.length));
  if (splitsCharacter(text, begin)) begin -= 1;
  if (splitsCharacter(text, end)) end += 1;
  return { begin, end };
}

/** The bytes of UTF-8 before a place that is given in UTF-16 units. */
export function bytesBefore(text: string, units: number): number {
  let bytes = 0;
  for (let at = 0; at < Math.min(units, text.length);) {
    const codePoint = text.codePointAt(at)!;
    bytes += bytesOf(codePoint);
    at += codePoint > 0xffff ? 2 : 1;
  }
  return bytes;
}

/** The UTF-16 units before a place that is given in bytes of UTF-8; a place inside a character is its begin. */
export function unitsBefore(text: string, bytes: number): number {
  let passed = 0;
  let at = 0;
  while (at < text.length) {
    const codePoint = text.codePointAt(at)!;
    passed += bytesOf(codePoint);
    if (passed > bytes) return at;
    at += codePoint > 0xffff ? 2 : 1;
  }
  return at;
}

export function toBytes(text: string, extent: Extent): Extent {
  const whole = wholeCharacters(text, extent);
  return { begin: bytesBefore(text, whole.begin), end: bytesBefore(text, whole.end) };
}

export function toUnits(text: string, extent: Extent): Extent {
  return { begin: unitsBefore(text, extent.begin), end: unitsBefore(text, extent.end) };
}

/** Characters as people count them (code points), the way the server's limits do. */
export function characterCount(text: string): number {
  return Array.from(text).length;
}
