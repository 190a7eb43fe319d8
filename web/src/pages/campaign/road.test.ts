import { describe, expect, it } from 'vitest';
import type { Campaign } from './road';
import { allowedDeeds, isMoving, nextStep, stepsDone } from './road';

const at = '2026-11-25T02:00:00Z';
function campaign(change: Partial<Campaign>): Campaign {
  return { id: 'cmp_1', content_id: 'cnt_1', state: 'planned', ...change } as Campaign;
}

describe('nextStep', () => {
  it('leads through the departments in the policy’s order', () => {
    const keys = (
      [
        ['planned', {}],
        ['frozen', {}],
        ['handed_over', {}],
        ['handed_over', { parameters: { channel_id: 'chn_1' } }],
        ['ready', {}],
        ['running', {}],
        ['completed', { report_id: 'rpt_1' }],
      ] as [Campaign['state'], Partial<Campaign>][]
    ).map(([state, change]) => nextStep(campaign({ state, ...change }))?.key);
    expect(keys).toEqual(['freeze', 'hand_over', 'parameters', 'test', 'start', 'watch', 'report']);
  });
  it('asks for the approval first where it is known to be missing', () => {
    expect(nextStep(campaign({}), 'none')).toMatchObject({ key: 'approve', to: '/contents/cnt_1' });
    expect(nextStep(campaign({}), 'stands')?.key).toBe('freeze');
  });
  it('wants the report acknowledged by marketing', () => {
    const done = campaign({ state: 'completed', report_id: 'rpt_1' });
    expect(nextStep(done, 'stands', false)).toMatchObject({ key: 'acknowledge', to: '/reports/rpt_1' });
    expect(nextStep(done, 'stands', true)?.key).toBe('report');
  });
  it('has none for a campaign cancelled before it began', () => {
    expect(nextStep(campaign({ state: 'cancelled' }))).toBeUndefined();
  });
});

describe('stepsDone', () => {
  it('never goes back along the road', () => {
    const states: Campaign['state'][] = ['planned', 'frozen', 'handed_over', 'ready', 'running', 'completed'];
    const done = states.map((state) => stepsDone(campaign({ state })));
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });
  it('of a cancelled one stops where it was stopped', () => {
    expect(stepsDone(campaign({ state: 'cancelled' }))).toBe(1);
    expect(stepsDone(campaign({ state: 'cancelled', frozen_at: at }))).toBe(3);
    expect(stepsDone(campaign({ state: 'cancelled', frozen_at: at, handed_over_at: at }))).toBe(4);
    expect(stepsDone(campaign({ state: 'cancelled', started_at: at }))).toBe(5);
  });
});

describe('allowedDeeds', () => {
  it('lets nothing be reopened that has begun', () => {
    expect(allowedDeeds(campaign({ state: 'frozen' })).reopen).toBe(true);
    expect(allowedDeeds(campaign({ state: 'ready', started_at: at })).reopen).toBe(false);
    expect(allowedDeeds(campaign({ state: 'running', started_at: at }))).toMatchObject({
      reopen: false,
      cancel: true,
    });
    expect(allowedDeeds(campaign({ state: 'completed' })).cancel).toBe(false);
  });
});

describe('isMoving', () => {
  it('is false where only a person moves things', () => {
    expect(isMoving('planned')).toBe(false);
    expect(isMoving('running')).toBe(true);
  });
});
