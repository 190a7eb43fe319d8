import { describe, expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { type ChannelSpec, kDefaultOptions, specOf, toSend } from './spec';

const form: ChannelSpec = {
  name: 'a',
  provider: ' x ',
  host: 'h',
  port: 2775,
  system_id: 's',
  password: '',
  access_code: '1069',
  options: kDefaultOptions,
};

describe('the form of a channel', () => {
  it('keeps the password of an edit that names none', () => {
    expect('password' in toSend(form, true)).toBe(false);
    expect(toSend({ ...form, password: 'p' }, true).password).toBe('p');
  });
  it('sends a password, be it empty, with a new channel', () =>
    expect(toSend(form, false).password).toBe(''));
  it('trims the provider and fills in the options', () => {
    const sent = toSend({ ...form, options: { window: 7 } as ChannelSpec['options'] }, true);
    expect(sent.provider).toBe('x');
    expect(sent.options.window).toBe(7);
    expect(sent.options.sessions).toBe(1);
  });
  it('takes no more of a channel than belongs into the form', () => {
    const channel = { ...form, id: 'chn_1', version: 3, link: {} } as unknown as Schema<'ChannelView'>;
    expect(Object.keys(specOf(channel)).sort()).toEqual(
      ['access_code', 'host', 'name', 'options', 'port', 'provider', 'system_id'].sort(),
    );
  });
});
