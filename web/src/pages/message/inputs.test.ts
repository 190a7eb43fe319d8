import { describe, expect, it } from 'vitest';
import { inputText, isTime } from './inputs';

const kTerms: Record<string, string> = {
  'weekday monday': 'Mon',
  'message_class marketing': 'Marketing',
  'consent_kind granted': 'granted!',
};
const term = (list: string, name: string) => kTerms[`${list} ${name}`] ?? name;
const t = ((key: string) => `<${key}>`) as unknown as Parameters<typeof inputText>[3];

describe('what a gate looked at', () => {
  it('is said in words', () => {
    expect(inputText('of_class', 'granted', term, t)).toBe('granted!');
    expect(inputText('of_class', 'none', term, t)).toBe('<none_recorded>');
    expect(inputText('active', 'no', term, t)).toBe('<no>');
    expect(inputText('company_window', 'marketing all 09:00-20:00 monday', term, t)).toBe(
      'Marketing <all> 09:00-20:00 Mon',
    );
    expect(inputText('zone', 'Asia/Shanghai', term, t)).toBe('Asia/Shanghai');
  });
  it('knows a time', () => {
    expect(isTime('2026-03-02T02:00:00Z')).toBe(true);
    expect(isTime('2026-03-02 10:00 monday')).toBe(false);
  });
});
