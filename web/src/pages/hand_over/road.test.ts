import { describe, expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { byDeadline, nextStep, roadOf, testHolds, urgencyOf } from './road';

type Campaign = Schema<'CampaignView'>;
const campaign = (change: Partial<Campaign>) =>
  ({ state: 'handed_over', planned_at: '2026-03-02T02:00:00Z', binding_hash: 'a', ...change }) as Campaign;
const parameters = {} as Campaign['parameters'];

describe('the road of a handed-over campaign', () => {
  it('begins with the parameters', () => {
    expect(roadOf(campaign({}))).toEqual({ parameters: 'now', test: 'later', start: 'later' });
  });
  it('goes on with the test and the start', () => {
    expect(nextStep(campaign({ parameters }))).toBe('test');
    expect(nextStep(campaign({ parameters, state: 'testing' }))).toBe('test');
    expect(nextStep(campaign({ parameters, state: 'ready' }))).toBe('start');
    expect(nextStep(campaign({ parameters, state: 'scheduled' }))).toBeNull();
  });
  it('a test holds only for what it tested, and for its time', () => {
    const now = new Date('2026-03-02T02:00:00Z');
    const test = {
      state: 'passed',
      binding_hash: 'a',
      expires_at: '2026-03-02T02:00:01Z',
    } as Schema<'TestView'>;
    expect(testHolds(campaign({}), test, now)).toBe(true);
    expect(testHolds(campaign({ binding_hash: 'b' }), test, now)).toBe(false);
    expect(testHolds(campaign({}), { ...test, expires_at: '2026-03-02T02:00:00Z' }, now)).toBe(false);
    expect(testHolds(campaign({}), undefined, now)).toBe(false);
  });
  it('sorts by deadline and tells how urgent', () => {
    const late = campaign({ planned_at: '2026-03-03T00:00:00Z' });
    expect([late, campaign({})].sort(byDeadline)[1]).toBe(late);
    const now = new Date('2026-03-02T02:00:00Z');
    expect(urgencyOf('2026-03-02T01:59:59Z', now)).toBe('overdue');
    expect(urgencyOf('2026-03-02T05:00:00Z', now)).toBe('soon');
    expect(urgencyOf('2026-03-03T05:00:00Z', now)).toBe('later');
  });
});
