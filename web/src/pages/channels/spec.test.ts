import { describe, expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { kExamples } from './description';
import { kDefaultOptions, kProtocolTraits, tlsOf } from './protocols';
import { type ChannelValues, newChannel, specOf, toSend, withProtocol } from './spec';

const form: ChannelValues = {
  name: 'a',
  provider: ' x ',
  protocol: 'smpp',
  host: ' h ',
  port: 2775,
  system_id: 's',
  password: '',
  access_code: '1069',
  requires_filed_signature: true,
  options: kDefaultOptions,
};

describe('the form of a channel', () => {
  it('keeps the passwords of an edit that names none', () => {
    const kept = toSend({ ...form, peer_password: '' }, kDefaultOptions);
    expect('password' in kept || 'peer_password' in kept).toBe(false);
    const changed = toSend({ ...form, password: 'p', peer_password: 'q' }, kDefaultOptions);
    expect(changed).toMatchObject({ password: 'p', peer_password: 'q' });
  });
  it('sends a password, be it empty, with a new channel', () => expect(toSend(form).password).toBe(''));
  it('trims what is pasted with blanks around it', () =>
    expect(toSend(form)).toMatchObject({ provider: 'x', host: 'h' }));
  it('sends what it does not show as the protocol begins', () => {
    const options = { window: 7 } as ChannelValues['options'];
    expect(toSend({ ...form, protocol: 'cmpp3', options }).options).toEqual({
      ...kProtocolTraits.cmpp3.options,
      window: 7,
    });
  });
  it('sends what an edit does not show as it is stored', () => {
    const stored = { ...kDefaultOptions, tls: 'verified' as const, tls_ca_pem: 'pem', window: 5 };
    const options = { tls: 'off', window: 7 } as ChannelValues['options'];
    expect(toSend({ ...form, options }, stored).options).toEqual({ ...stored, tls: 'off', window: 7 });
  });
  it('takes no more of a channel than belongs into the form', () => {
    const channel = { ...form, id: 'chn_1', version: 3, link: {} } as unknown as Schema<'ChannelView'>;
    expect(Object.keys(specOf(channel)).sort()).toEqual(
      [
        'access_code',
        'host',
        'name',
        'options',
        'port',
        'protocol',
        'provider',
        'requires_filed_signature',
        'system_id',
      ].sort(),
    );
  });
});

describe('a new channel', () => {
  it('takes only signatures that are filed, unless it is said that it does not', () =>
    expect(newChannel('cmpp3').requires_filed_signature).toBe(true));
});

describe('another protocol', () => {
  const begun = { ...newChannel('smpp'), name: 'a', host: 'h' };
  it('brings its own port, window and time-outs', () => {
    const changed = withProtocol(begun, 'smpp', 'cmpp2');
    expect(changed).toMatchObject({ protocol: 'cmpp2', name: 'a', host: 'h', port: 7890 });
    expect(changed.options).toMatchObject({ window: 16, enquire_link_ms: 60_000 });
    expect(withProtocol(changed, 'cmpp2', 'smpp')).toEqual(begun);
  });
  it('leaves what was entered', () => {
    const entered = { ...begun, port: 17_890, options: { ...begun.options!, window: 9 } };
    const changed = withProtocol(entered, 'smpp', 'sgip');
    expect(changed.port).toBe(17_890);
    expect(changed.options).toEqual({ ...newChannel('sgip').options, window: 9 });
  });
  it('asks for the node of SGIP with an empty field', () => {
    expect(newChannel('sgip').options).not.toHaveProperty('sgip_node');
    const given = { ...newChannel('sgip'), options: { ...newChannel('sgip').options!, sgip_node: 7 } };
    expect(withProtocol(given, 'sgip', 'cmpp2').options!.sgip_node).toBe(7);
  });
});

describe('the description of an HTTP interface', () => {
  const options = { ...newChannel('http').options!, http: kExamples.form_acs3 };
  const http: ChannelValues = { ...form, protocol: 'http', port: 443, options };
  it('is sent as what its text says, and comes back as text', () => {
    const sent = toSend(http);
    expect(sent.options!.http).toEqual(JSON.parse(kExamples.form_acs3));
    expect(specOf(sent as unknown as Schema<'ChannelView'>).options).toEqual(options);
  });
  it('is of no other protocol', () =>
    expect(toSend({ ...http, protocol: 'smpp' }).options).not.toHaveProperty('http'));
  it('alone says that nothing is encrypted', () => {
    const plain = { ...http, options: { ...options, http: '{"scheme": "http"}' } };
    expect(toSend(plain).options!.tls).toBe('off');
    expect(toSend(http).options!.tls).toBe('verified');
    expect(toSend({ ...http, options: { ...options, tls: 'unverified' } }).options!.tls).toBe('unverified');
    expect(tlsOf({ protocol: 'http', options: { ...kDefaultOptions, tls: 'off' } })).toBe('verified');
    expect(tlsOf({ protocol: 'smpp', options: kDefaultOptions })).toBe('off');
  });
  it('is not there for a new channel, whose certificate is verified', () => {
    const changed = withProtocol(newChannel('smpp'), 'smpp', 'http');
    expect(changed).toEqual(newChannel('http'));
    expect(changed.options).toMatchObject({ tls: 'verified', window: 32 });
    expect(withProtocol(changed, 'http', 'cmpp3')).toEqual(newChannel('cmpp3'));
  });
});
