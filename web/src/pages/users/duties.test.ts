import { expect, it } from 'vitest';
import { conflictOf } from './duties';

it('who writes never approves, who administers does no department’s work', () => {
  expect(conflictOf(['marketing', 'compliance'])).toEqual(['marketing', 'compliance']);
  expect(conflictOf(['compliance', 'administrator'])).not.toBeNull();
  expect(conflictOf(['marketing', 'technology'])).toBeNull();
  expect(conflictOf([])).toBeNull();
});
