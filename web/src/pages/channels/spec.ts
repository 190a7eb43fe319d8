// What the form of a channel begins with and what is sent of it.
import type { Schema } from '@/api/client';
import { type ChannelOptions, type ChannelSpec, kProtocolTraits, type Protocol } from './protocols';

export function newChannel(protocol: Protocol): Partial<ChannelSpec> {
  const { port, options } = kProtocolTraits[protocol];
  return { protocol, provider: '', port, options };
}

/** What of a channel goes into its form: all but the passwords, which are never given out. */
export function specOf(channel: Schema<'ChannelView'>): ChannelSpec {
  const { name, provider, protocol, host, port, system_id, access_code, options } = channel;
  return { name, provider, protocol, host, port, system_id, access_code, options };
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

type Place = 'port' | ['options', keyof ChannelOptions];

/**
 * The form after another protocol was chosen: what the person has entered stays, all else is where that protocol
 * begins.
 */
export function withProtocol(
  form: Partial<ChannelSpec>,
  protocol: Protocol,
  isTouched: (place: Place) => boolean,
): Partial<ChannelSpec> {
  const fresh = newChannel(protocol);
  const entered = Object.entries(form.options ?? {}).filter(([name]) =>
    isTouched(['options', name as keyof ChannelOptions]),
  );
  return {
    ...form,
    protocol,
    port: isTouched('port') ? form.port : fresh.port,
    options: { ...fresh.options!, ...(Object.fromEntries(entered) as Partial<ChannelOptions>) },
  };
}
