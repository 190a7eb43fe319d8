// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { byReadiness, missingOf, type PlanForm, toForm, toPlan } from './plan';

const form: PlanForm = {
  name: ' 双十一 ',
  goal: '到店',
  content_id: 'cnt_1',
  audience: {
    filter: { cities: ['上海', ' '], member_levels: [], regions: [], attributes: [], carriers: [] },
  },
  planned_at: '2026-11-25T02:00:00Z',
  owner_id: 'usr_1',
  budget_yuan: 123.45,
};
const content = { message_class: 'marketing' as const, purpose: '' };

describe('toPlan', () => {
  it('takes the class and purpose from the content, money in fen, no empty words', () => {
    expect(toPlan(form, content)).toMatchObject({
      name: '双十一',
      message_class: 'marketing',
      purpose: '',
      budget_fen: 12345,
      audience: { filter: { cities: ['上海'] } },
    });
    expect(toPlan({ ...form, budget_yuan: null }, content)).not.toHaveProperty('budget_fen');
  });
  it('comes back as the form', () => {
    const plan = toPlan(form, content);
    expect(toForm({ ...plan, budget_fen: 12345 } as never)).toMatchObject({
      name: '双十一',
      budget_yuan: 123.45,
    });
  });
});

describe('byReadiness', () => {
  it('puts what may be sent first', () => {
    const list = [
      { state: 'draft' as const, approval: 'none' as const, updated_at: '3' },
      { state: 'approved' as const, approval: 'stands' as const, updated_at: '1' },
      { state: 'approved' as const, approval: 'stands' as const, updated_at: '2' },
      { state: 'submitted' as const, approval: 'none' as const, updated_at: '4' },
    ];
    expect([...list].sort(byReadiness).map((c) => c.updated_at)).toEqual(['2', '1', '4', '3']);
  });
});

describe('missingOf', () => {
  it('names what the policy wants and the plan lacks', () => {
    expect(missingOf({})).toEqual(['name', 'goal', 'content_id', 'audience', 'planned_at', 'owner_id']);
    expect(missingOf({ ...form, audience: {} })).toEqual(['audience']);
    expect(missingOf(form)).toEqual([]);
  });
});
