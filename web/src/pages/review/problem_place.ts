// Where the words of a problem stand in their part, in the bytes of UTF-8 that the server counts. Pure.
import type { Schema } from '@/api/client';
import type { Finding, MessageText, Part } from '@/components/content/findings';
import { toBytes } from '@/components/text_offsets';
import type { PartSelection } from '@/components/text_selection';

export type Selection = PartSelection & { part: Part };

export interface ProblemStart {
  selection?: Selection;
  category?: string;
  text?: string;
}

/** The selection's own place while its words are unchanged, else the first place of the words. */
export function placeOfWords(
  text: MessageText,
  part: Part,
  words: string,
  selection?: Selection,
): Schema<'ProblemSpan'> | undefined {
  if (words === '') return undefined;
  const begin =
    selection?.part === part && selection.text === words ? selection.begin : text[part].indexOf(words);
  if (begin < 0) return undefined;
  return { part, ...toBytes(text[part], { begin, end: begin + words.length }) };
}

/** A problem begun from a finding that the reviewer confirmed. */
export function startFromFinding(finding: Finding, text: MessageText, language: 'zh' | 'en'): ProblemStart {
  const suggestion = language === 'zh' ? finding.suggestion_zh : finding.suggestion_en;
  const start: ProblemStart = { category: finding.category, text: suggestion };
  if (finding.part === 'whole' || finding.utf16_begin === finding.utf16_end) return start;
  const part = finding.part as Part;
  const { utf16_begin: begin, utf16_end: end } = finding;
  return { ...start, selection: { part, begin, end, text: text[part].slice(begin, end) } };
}
