// What a segment costs: people say it in yuan, the API in thousandths of a fen. Pure.

const kMillifenInYuan = 100_000;

/** 0.038 yuan is 3,800 thousandths of a fen. */
export function toMillifen(yuan: number): number {
  return Math.round(yuan * kMillifenInYuan);
}

export function toYuan(millifen: number): number {
  return millifen / kMillifenInYuan;
}

/** "0.038", without zeros at its end but for "0". */
export function yuanText(millifen: number): string {
  return String(toYuan(millifen));
}
