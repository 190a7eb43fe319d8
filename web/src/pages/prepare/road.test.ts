import { describe, expect, it } from 'vitest';
import type { StartFacts } from './road';
import { startChecks, startsLater, whyNoParameters, whyNoRehearsal, whyNoStart, whyNoTest } from './road';

const now = new Date('2026-03-02T02:00:00Z');
const campaign = (change: object = {}) =>
  ({
    state: 'ready',
    binding_hash: 'a',
    content_version_id: 'ver_1',
    parameters: { channel_id: 'chn_1' },
    ...change,
  }) as StartFacts['campaign'];
const content = { approval: 'stands', approved_version_id: 'ver_1' } as StartFacts['content'];

function facts(change: Partial<StartFacts> = {}): StartFacts {
  return {
    campaign: campaign(),
    content,
    test: { state: 'passed', binding_hash: 'a', expires_at: '2026-03-02T03:00:00Z' } as StartFacts['test'],
    channel: { use: 'enabled', link: { state: 'bound' } } as StartFacts['channel'],
    emergency: false,
    noticeThreshold: 100,
    unsaved: false,
    now,
    ...change,
  };
}

describe('the start', () => {
  it('may be when all is there', () => {
    expect(whyNoStart(facts())).toBeNull();
    expect(startChecks(facts()).every((check) => check.standing === 'ok')).toBe(true);
  });
  it('says what is missing', () => {
    expect(whyNoStart(facts({ unsaved: true }))).toBe('unsaved');
    expect(whyNoStart(facts({ test: undefined }))).toBe('missing_test');
    expect(whyNoStart(facts({ emergency: true }))).toBe('missing_emergency');
    expect(whyNoStart(facts({ campaign: campaign({ content_version_id: 'ver_2' }) }))).toBe(
      'missing_approval',
    );
    expect(whyNoStart(facts({ campaign: campaign({ state: 'running' }) }))).toBe('under_way');
  });
  it('needs an announcement when it is large', () => {
    const large = { message_class: 'marketing', audience_count: 101 };
    expect(whyNoStart(facts({ campaign: campaign(large) }))).toBe('missing_notice');
    const parameters = { channel_id: 'chn_1', announcement_id: 'cmp_1' };
    expect(whyNoStart(facts({ campaign: campaign({ ...large, parameters }) }))).toBeNull();
    expect(whyNoStart(facts({ campaign: campaign({ ...large, notice_waiver: {} }) }))).toBeNull();
    expect(whyNoStart(facts({ campaign: campaign(large), noticeThreshold: 0 }))).toBeNull();
    expect(whyNoStart(facts({ campaign: campaign({ ...large, announces: {} }) }))).toBeNull();
  });
  it('is not forbidden by a channel that is down, but says so', () => {
    const down = facts({ channel: { use: 'enabled', link: { state: 'backoff' } } as StartFacts['channel'] });
    expect(whyNoStart(down)).toBeNull();
    expect(startChecks(down).find((check) => check.name === 'channel')?.standing).toBe('missing');
  });
  it('is later when a time is set that has not come', () => {
    const parameters = { channel_id: 'c', scheduled_at: '2026-03-02T04:00:00Z' };
    expect(startsLater(campaign({ parameters }), now)).toBe(true);
    expect(startsLater(campaign({ parameters, state: 'scheduled' }), now)).toBe(false);
    expect(startsLater(campaign(), now)).toBe(false);
  });
});

describe('parameters and test', () => {
  it('go by the state', () => {
    expect(whyNoParameters(campaign({ state: 'frozen' }))).toBe('not_handed_over');
    expect(whyNoParameters(campaign({ state: 'testing' }))).toBe('testing');
    expect(whyNoTest(campaign({ state: 'handed_over' }), content, false, 2)).toBeNull();
    expect(whyNoTest(campaign({ parameters: undefined }), content, false, 2)).toBe('no_parameters');
    expect(whyNoTest(campaign(), content, true, 2)).toBe('unsaved');
    expect(whyNoTest(campaign(), content, false, 0)).toBe('no_handsets');
    expect(whyNoTest(campaign({ state: 'scheduled' }), content, false, 2)).toBe('scheduled');
  });
});

describe('the rehearsal', () => {
  it('may be between hand-over and start, whatever else goes on', () => {
    for (const state of ['handed_over', 'testing', 'ready', 'scheduled'])
      expect(whyNoRehearsal(campaign({ state }), content, false), state).toBeNull();
    expect(whyNoRehearsal(campaign({ state: 'running' }), content, false)).toBe('under_way');
    expect(whyNoRehearsal(campaign({ state: 'frozen' }), content, false)).toBe('not_handed_over');
  });
  it('is of what is saved and approved', () => {
    expect(whyNoRehearsal(campaign(), content, true)).toBe('unsaved');
    expect(whyNoRehearsal(campaign({ parameters: undefined }), content, false)).toBe('no_parameters');
    expect(whyNoRehearsal(campaign({ content_version_id: 'ver_2' }), content, false)).toBe('approval_void');
  });
});
