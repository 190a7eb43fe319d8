// What a gate looked at, in words: the server's codes and figures as a person reads them. Pure.
import type { TFunction } from 'i18next';
import type { Terms } from '@/app/terms';

export function isTime(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value);
}

type Term = (list: Terms, name: string) => string;

const kTermsOf: Partial<Record<string, Terms>> = {
  message_class: 'message_class',
  suppressed: 'message_class',
  of_class: 'consent_kind',
  of_purpose: 'consent_kind',
  authorisation: 'consent_kind',
  composed: 'reason',
  signature: 'signature_word',
};

/** Words that the server writes between spaces are each said in the reader's language where there is a term. */
export function inputText(name: string, value: string, term: Term, say: TFunction<'message'>): string {
  if (value === 'none') return say('none_recorded');
  if (value === 'yes' || value === 'no') return say(value);
  if (name === 'local_time' || name === 'company_window')
    return value
      .split(' ')
      .map((word) => {
        const day = term('weekday', word);
        if (day !== word) return day;
        if (word === 'all') return say('all');
        return term('message_class', word);
      })
      .join(' ');
  if (name === 'holiday_window' && value === 'closed') return say('closed');
  const list = kTermsOf[name];
  return list
    ? value
        .split(' ')
        .map((word) => term(list, word))
        .join(' ')
    : value;
}
