// A finding for tests: what they do not say of it is empty.
import type { Finding } from './findings';

export function testFinding(part: Partial<Finding>): Finding {
  return {
    index: 0,
    rule_id: 'r',
    pack_id: 'p',
    pack_version: '1',
    category: 'FORMAT',
    severity: 'review',
    part: 'body',
    begin: 0,
    end: 0,
    utf16_begin: 0,
    utf16_end: 0,
    matched: '',
    term: '',
    replacement: '',
    how_matched: [],
    nested: [],
    other_kinds: [],
    legal_basis: '',
    suggestion_zh: '',
    suggestion_en: '',
    ...part,
  };
}
