import { describe, expect, it } from 'vitest';
import { countBySeverity, type Finding, findingSpans, sortedFindings } from './findings';
import { testFinding } from './test_finding';

function finding(index: number, severity: string, part: string, begin: number): Finding {
  return testFinding({
    index,
    rule_id: `r${index}`,
    severity,
    part,
    begin,
    end: begin + 3,
    utf16_begin: begin / 3,
    utf16_end: begin / 3 + 1,
  });
}

const kFindings = [
  finding(0, 'info', 'body', 0),
  finding(1, 'review', 'opt_out_text', 3),
  finding(2, 'review', 'body', 6),
  finding(3, 'block', 'whole', 0),
];

describe('findings', () => {
  it('stand by gravity, then by place', () => {
    expect(sortedFindings(kFindings).map((f) => f.index)).toEqual([3, 2, 1, 0]);
  });
  it('are counted by severity', () => {
    expect(countBySeverity(kFindings)).toEqual({ block: 1, review: 2, info: 1 });
  });
  it('become spans of their part only', () => {
    const spans = findingSpans(kFindings, 'body', (f) => f.rule_id);
    expect(spans.map((s) => [s.key, s.begin, s.end, s.tone, s.label])).toEqual([
      ['finding-0', 0, 1, 'info', 'r0'],
      ['finding-2', 2, 3, 'review', 'r2'],
    ]);
  });
});
