// What the form of a channel begins with and what is sent of it.
import type { Schema } from '@/api/client';
import { type ChannelOptions, type ChannelSpec, kProtocolTraits, type Protocol } from './protocols';

/** Options as fields show them: a node number that was never given is an empty field, not 0. */
function shown(options: ChannelOptions): ChannelOptions {
  const { sgip_node, ...rest } = options;
  return { ...rest, ...(sgip_node ? { sgip_node } : {}) } as ChannelOptions;
}

export function newChannel(protocol: Protocol): Partial<ChannelSpec> {
  const { port, options } = kProtocolTraits[protocol];
  return { protocol, provider: '', port, options: shown(options) };
}

/** What of a channel goes into its form: all but the passwords, which are never given out. */
export function specOf(channel: Schema<'ChannelView'>): ChannelSpec {
  const { name, provider, protocol, host, port, system_id, access_code, options } = channel;
  return { name, provider, protocol, host, port, system_id, access_code, options: shown(options) };
}

/**
 * What is sent: an edit whose passwords are left empty keeps those there are, and what the form does not show stays as
 * it is in `stored`, or as the protocol begins.
 */
export function toSend(form: ChannelSpec, stored?: ChannelOptions): ChannelSpec {
  const { password, peer_password, ...rest } = form;
  return {
    ...rest,
    host: rest.host.trim(),
    provider: rest.provider?.trim() ?? '',
    options: { ...(stored ?? kProtocolTraits[rest.protocol].options), ...rest.options },
    ...(password || !stored ? { password: password ?? '' } : {}),
    ...(peer_password ? { peer_password } : {}),
  };
}

/**
 * The form after another protocol was chosen: what the person has entered stays, all else is where that protocol
 * begins.
 */
export function withProtocol(
  form: Partial<ChannelSpec>,
  before: Protocol,
  after: Protocol,
): Partial<ChannelSpec> {
  const old = newChannel(before);
  const fresh = newChannel(after);
  const entered = Object.entries(form.options ?? {}).filter(
    ([name, value]) => value !== old.options![name as keyof ChannelOptions],
  );
  return {
    ...form,
    protocol: after,
    port: form.port === old.port ? fresh.port : form.port,
    options: { ...fresh.options!, ...(Object.fromEntries(entered) as Partial<ChannelOptions>) },
  };
}
