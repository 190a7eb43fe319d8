// Whether a promotion says what it must (policy 3.3.3). Pure.
import type { Schema } from '@/api/client';

export interface EssentialState {
  essential: string;
  stated: boolean;
  /** The words that say it, each once. */
  texts: string[];
}

/** None when the text is no promotion. */
export function essentialsOf(screening: Pick<Schema<'ScreeningView'>, 'promotion'>): EssentialState[] {
  return (screening.promotion?.essentials ?? []).map(({ essential, spans }) => ({
    essential,
    stated: spans.length > 0,
    texts: [...new Set(spans.map((span) => span.text))],
  }));
}
