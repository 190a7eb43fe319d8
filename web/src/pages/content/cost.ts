// What messages would cost: an estimate from a price per segment that this browser remembers, in fen. Pure but for
// the browser's storage.

const kStored = 'yizhan.fen_per_segment';
export const kDefaultFen = 5;

export function storedFen(): number {
  const found = Number(localStorage.getItem(kStored) ?? Number.NaN);
  return Number.isFinite(found) && found >= 0 ? found : kDefaultFen;
}

export function storeFen(fen: number): void {
  localStorage.setItem(kStored, String(fen));
}

/** Yuan for so many messages of so many segments. */
export function yuanFor(messages: number, segments: number, fenPerSegment: number): string {
  return new Intl.NumberFormat('zh-CN', {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 4,
    minimumFractionDigits: 2,
  }).format((messages * segments * fenPerSegment) / 100);
}
