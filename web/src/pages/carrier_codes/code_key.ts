// How the table spells a code: the engine looks it up letter by letter.

/** "0x58" and "cmpp:08" as the table has them, "0x00000058" and "CMPP:8"; a receipt's own word as it is. */
export function codeKey(entered: string): string {
  const text = entered.trim();
  const status = /^0x([0-9a-f]{1,8})$/i.exec(text);
  if (status) return `0x${status[1]!.toUpperCase().padStart(8, '0')}`;
  const result = /^(CMPP|SGIP|SMGP)\s*[:：]\s*(\d+)$/i.exec(text);
  if (result) return `${result[1]!.toUpperCase()}:${Number(result[2])}`;
  return text;
}
