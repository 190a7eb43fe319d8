import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  type ApplicationValues,
  type ApplicationView,
  kLoginProtocols,
  logsIn,
  mostOf,
  newApplication,
  toSend,
  valuesOf,
} from './spec';

const values: ApplicationValues = {
  name: ' shop ',
  login: ' shop01 ',
  secret: ' s ',
  protocols: ['cmpp2', 'cmpp3'],
  allowed_addresses: '',
  message_classes: ['notification'],
  access_code: ' 1069 ',
  way: 'chn_1',
  contents: ['cnt_1'],
  segments_per_second: 10,
  window: 16,
  max_sessions: 2,
};

const { way: _way, ...withoutWay } = values;

describe('the account of an application', () => {
  it('goes by a route or by a channel', () => {
    expect(toSend({ ...values, way: 'rte_1' })).toMatchObject({ route_id: 'rte_1' });
    expect(toSend({ ...values, way: 'rte_1' })).not.toHaveProperty('channel_id');
    expect(toSend(values)).not.toHaveProperty('route_id');
  });
  it('is sent without the blanks around what was pasted, but for those of a secret', () =>
    expect(toSend(values)).toEqual({
      ...withoutWay,
      channel_id: 'chn_1',
      name: 'shop',
      login: 'shop01',
      access_code: '1069',
      allowed_addresses: [],
    }));
  it.each([undefined, ''])('keeps its secret when none is entered (%j)', (secret) =>
    expect(toSend({ ...values, secret })).not.toHaveProperty('secret'),
  );
  it('comes back as it was sent, the secret excepted', () => {
    const sent = toSend({ ...values, allowed_addresses: '10.0.0.0/8\n2001:db8::/32' });
    const view = {
      ...sent,
      secret: 'never',
      id: 'app_1',
      use: 'enabled',
      version: 3,
    } as unknown as ApplicationView;
    expect(toSend(valuesOf(view))).toEqual({ ...sent, secret: undefined });
    expect(valuesOf(view).allowed_addresses).toBe('10.0.0.0/8\n2001:db8::/32');
    expect(Object.keys(valuesOf(view)).sort()).toEqual(
      Object.keys(values)
        .filter((name) => name !== 'secret')
        .sort(),
    );
  });
  it('has its protocols chosen, and begins by saying nothing', () =>
    expect(newApplication()).toMatchObject({ protocols: [], contents: [], window: 32, max_sessions: 4 }));
});

describe('addresses', () => {
  it.each<[string, string[]]>([
    ['', []],
    [' \n \n', []],
    ['192.0.2.7', ['192.0.2.7']],
    [' 192.0.2.7 \r\n\r\n10.0.0.0/8\n', ['192.0.2.7', '10.0.0.0/8']],
    ['192.0.2.7, 10.0.0.0/8，2001:db8::/32', ['192.0.2.7', '10.0.0.0/8', '2001:db8::/32']],
  ])('%j are %j', (text, addresses) => expect(addressesOf(text)).toEqual(addresses));
});

describe('credentials', () => {
  it('are as short as the narrowest protocol asks', () => {
    expect(mostOf([], 'system_id')).toBe(16);
    expect(mostOf([], 'password')).toBe(64);
    expect(mostOf(['smpp'], 'system_id')).toBe(15);
    expect(mostOf(['smpp', 'cmpp2'], 'system_id')).toBe(6);
    expect(mostOf(['smgp', 'sgip'], 'system_id')).toBe(8);
    expect(mostOf(['cmpp3', 'smpp'], 'password')).toBe(8);
    expect(mostOf(['sgip', 'smgp'], 'password')).toBe(16);
  });
  it('do not depend on the API, which has keys', () => {
    expect(mostOf(['http'], 'system_id')).toBe(16);
    expect(mostOf(['http', 'smpp'], 'password')).toBe(8);
  });
  it('are of the protocols that programs log in by, and of the API', () =>
    expect(kLoginProtocols).toEqual(['smpp', 'cmpp2', 'cmpp3', 'sgip', 'smgp', 'http']));
  it('need no secret where nobody logs in', () => {
    expect(logsIn([])).toBe(true);
    expect(logsIn(['http', 'smpp'])).toBe(true);
    expect(logsIn(['http'])).toBe(false);
  });
});
