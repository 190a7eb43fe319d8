import { describe, expect, it } from 'vitest';
import { unfiledOf } from './filing';

const filings = [
  { channel_id: 'chn_1', channel_name: 'one', carried: true },
  { channel_id: 'chn_2', channel_name: 'two', carried: false },
  { channel_id: 'chn_3', channel_name: 'three', carried: false },
];

function route(...channels: [string, 'enabled' | 'disabled'][]) {
  return {
    id: 'rte_1',
    channels: channels.map(([channel_id, use]) => ({
      channel_id,
      use,
      carriers: [],
      message_classes: [],
      cost_millifen: 0,
      weight: 0,
      tier: 1,
    })),
  };
}

describe('channels that may not carry the signature', () => {
  it('a channel that may needs no word', () => {
    expect(unfiledOf({ channel_id: 'chn_1' }, [], filings)).toBeNull();
    expect(unfiledOf({}, [], filings)).toBeNull();
  });

  it('a channel that may not leaves none', () => {
    expect(unfiledOf({ channel_id: 'chn_2' }, [], filings)).toEqual({ left: 'none', channels: ['two'] });
  });

  it('of a route those in use count', () => {
    const some = route(['chn_1', 'enabled'], ['chn_2', 'enabled'], ['chn_3', 'disabled']);
    expect(unfiledOf({ route_id: 'rte_1' }, [some], filings)).toEqual({ left: 'some', channels: ['two'] });
    const none = route(['chn_1', 'disabled'], ['chn_2', 'enabled'], ['chn_3', 'enabled']);
    expect(unfiledOf({ route_id: 'rte_1' }, [none], filings)).toEqual({
      left: 'none',
      channels: ['two', 'three'],
    });
    expect(unfiledOf({ route_id: 'rte_other' }, [some], filings)).toBeNull();
  });
});
