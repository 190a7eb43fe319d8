import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n';
import {
  endpointText,
  kProtocols,
  kProtocolTraits,
  type Protocol,
  type SectionName,
  type SettingName,
  settingsOf,
} from './protocols';

const kSections: SectionName[] = ['description', 'service', 'reverse', 'traffic', 'tls', 'advanced'];
const kAccount: SettingName[] = ['system_id', 'password', 'access_code'];
const shown = (protocol: Protocol) => kSections.flatMap((section) => settingsOf(protocol, section));

describe.each(kProtocols)('%s', (protocol) => {
  const { settings, port, options } = kProtocolTraits[protocol];
  it('shows each of its settings once', () =>
    expect([...kAccount, ...shown(protocol)].sort()).toEqual(Object.keys(settings).sort()));
  it('has a word for each in both languages', async () => {
    for (const language of ['zh', 'en'] as const) {
      const field = (await textsOf(language)).channels!.field as Record<string, string>;
      for (const name of shown(protocol)) expect(field[name], `${language} ${name}`).toBeTypeOf('string');
    }
  });
  it('begins with what its own form lets through', () => {
    expect(port).toBeGreaterThan(0);
    expect(options.window_end_minute).toBeGreaterThan(options.window_start_minute);
    expect(options.reconnect_max_ms).toBeGreaterThanOrEqual(options.reconnect_min_ms);
    for (const [name, { most }] of Object.entries(settings)) {
      const value = options[name as keyof typeof options];
      if (most !== undefined && typeof value === 'string') expect(value.length).toBeLessThanOrEqual(most);
    }
  });
});

describe('settings', () => {
  const has = (name: SettingName) => kProtocols.filter((protocol) => shown(protocol).includes(name));
  it.each<[SettingName, Protocol[]]>([
    ['bind_mode', ['smpp']],
    ['message_id_form', ['smpp']],
    ['tls', ['smpp', 'http']],
    ['default_alphabet', ['smpp']],
    ['enterprise_code', ['cmpp2', 'cmpp3', 'sgip', 'smgp']],
    ['fee_type', ['cmpp2', 'cmpp3', 'sgip', 'smgp']],
    ['http', ['http']],
    ['local_address', ['smpp', 'cmpp2', 'cmpp3', 'sgip', 'smgp']],
    ['sgip_node', ['sgip']],
    ['listen_port', ['sgip']],
    ['peer_password', ['sgip']],
    ['enquire_link_ms', ['smpp', 'cmpp2', 'cmpp3', 'smgp']],
    ['service_id', ['smpp', 'cmpp2', 'cmpp3', 'sgip', 'smgp']],
  ])('%s is of %s', (name, protocols) => expect(has(name)).toEqual(protocols));
  it.each<[Protocol, number, number]>([
    ['smpp', 15, 8],
    ['cmpp2', 6, 64],
    ['cmpp3', 6, 64],
    ['sgip', 16, 16],
    ['smgp', 8, 64],
  ])('an account of %s has a name of %i and a password of %i characters', (protocol, name, password) => {
    expect(kProtocolTraits[protocol].settings.system_id?.most).toBe(name);
    expect(kProtocolTraits[protocol].settings.password?.most).toBe(password);
  });
});

it('an endpoint is written as its address asks', () => {
  expect(endpointText('10.0.0.1', 8801)).toBe('10.0.0.1:8801');
  expect(endpointText('::', 8801)).toBe('[::]:8801');
});
