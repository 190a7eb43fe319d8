// A channel's form to what the API takes and back. Pure.
import type { Schema } from '@/api/client';

export type ChannelSpec = Schema<'ChannelSpec'>;
export type ChannelOptions = Schema<'ChannelOptions'>;

export const kDefaultOptions: ChannelOptions = {
  bind_mode: 'transceiver',
  system_type: '',
  sessions: 1,
  window: 128,
  segments_per_second: 0,
  message_id_form: 'verbatim',
  response_timeout_ms: 30_000,
  enquire_link_ms: 30_000,
  reconnect_min_ms: 500,
  reconnect_max_ms: 60_000,
  window_start_minute: 0,
  window_end_minute: 1440,
};

export const kNewChannel: Partial<ChannelSpec> = { provider: '', options: kDefaultOptions };

/** What of a channel goes into its form: all but the password, which is never given out. */
export function specOf(channel: Schema<'ChannelView'>): ChannelSpec {
  const { name, provider, host, port, system_id, access_code, options } = channel;
  return { name, provider, host, port, system_id, access_code, options };
}

/** What is sent: an edit whose password is left empty keeps the one there is. */
export function toSend(form: ChannelSpec, isEdit: boolean): ChannelSpec {
  const { password, ...rest } = form;
  const spec: ChannelSpec = {
    ...rest,
    provider: rest.provider?.trim() ?? '',
    options: { ...kDefaultOptions, ...rest.options },
  };
  return isEdit && !password ? spec : { ...spec, password: password ?? '' };
}
