// Findings of screening as the console shows them. Pure.
import type { Schema } from '@/api/client';
import type { TextSpan, Tone } from '../highlight_spans';
import { variableSpans } from '../message_template';

export type Finding = Schema<'FindingView'>;
export type MessageText = Pick<Schema<'ContentTextSpec'>, 'signature' | 'body' | 'opt_out_text'>;
export type Part = keyof MessageText;
export const kParts: readonly Part[] = ['signature', 'body', 'opt_out_text'];

export const kSeverities = ['block', 'review', 'info'] as const;

/** The gravest first, then by place. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  const grave = (finding: Finding) => kSeverities.indexOf(finding.severity as (typeof kSeverities)[number]);
  const place = (finding: Finding) => kParts.indexOf(finding.part as Part);
  return [...findings].sort(
    (a, b) => grave(a) - grave(b) || place(a) - place(b) || a.begin - b.begin || a.index - b.index,
  );
}

export function countBySeverity(findings: readonly Finding[]): Record<(typeof kSeverities)[number], number> {
  const counts = { block: 0, review: 0, info: 0 };
  for (const finding of findings)
    if (finding.severity in counts) counts[finding.severity as keyof typeof counts] += 1;
  return counts;
}

export function findingKey(index: number): string {
  return `finding-${index}`;
}

export function problemKey(index: number): string {
  return `problem-${index}`;
}

/** A problem of the round before. */
export function formerKey(number: number): string {
  return `former-${number}`;
}

/** Findings of one part as spans to draw; those of the message as a whole have no place. */
export function findingSpans(
  findings: readonly Finding[],
  part: Part,
  labelOf: (finding: Finding) => string,
): TextSpan[] {
  return findings
    .filter((finding) => finding.part === part)
    .map((finding) => ({
      key: findingKey(finding.index),
      begin: finding.utf16_begin,
      end: finding.utf16_end,
      tone: finding.severity as Tone,
      label: labelOf(finding),
    }));
}

export function variableMarks(template: string): TextSpan[] {
  return variableSpans(template).map((span) => ({
    key: `variable-${span.begin}`,
    begin: span.begin,
    end: span.end,
    tone: 'variable' as const,
    label: span.name,
  }));
}
