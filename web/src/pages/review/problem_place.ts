// Where the words of a problem stand in their part, in the bytes of UTF-8 that the server counts. Pure.
import type { Schema } from '@/api/client';
import { type Finding, kParts, type MessageText, type Part } from '@/components/content/findings';
import type { Judgement, OpenProblem } from '@/components/content/open_problems';
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

/** The same in whichever part has the words: that of the selection, else the first. */
export function placeAnywhere(
  text: MessageText,
  words: string,
  selection?: Selection,
): Schema<'ProblemSpan'> | undefined {
  const parts = selection ? [selection.part, ...kParts] : kParts;
  for (const part of parts) {
    const span = placeOfWords(text, part, words, selection);
    if (span) return span;
  }
  return undefined;
}

/** A problem that stands still, anchored to words of the new text; without words to none. */
export function anchored(
  given: Judgement,
  text: MessageText,
  words: string,
  selection?: Selection,
): Judgement {
  return { ...given, outcome: 'stands', words, span: placeAnywhere(text, words, selection) };
}

/** Said to stand: where its words of before are still there, once, it is about them. */
export function standing(given: Judgement, problem: OpenProblem, text: MessageText): Judgement {
  const { quote } = problem;
  const stands: Judgement = { ...given, outcome: 'stands' };
  if (given.words || !quote) return stands;
  const times = kParts.reduce((sum, part) => sum + text[part].split(quote).length - 1, 0);
  return times === 1 ? anchored(stands, text, quote) : stands;
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
