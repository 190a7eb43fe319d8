// What the form of a channel begins with and what is sent of it.
import type { Schema } from '@/api/client';
import { descriptionText, parseDescription } from './description';
import { type ChannelOptions, type ChannelSpec, kProtocolTraits, type Protocol, tlsOf } from './protocols';

/** The options as fields hold them: the description of an HTTP interface is text. */
export type OptionValues = Omit<ChannelOptions, 'http'> & { http?: string };
export type ChannelValues = Omit<ChannelSpec, 'options'> & { options: OptionValues };

/** Options as fields show them: a node number that was never given is an empty field, not 0. */
function shown(protocol: Protocol, options: ChannelOptions): OptionValues {
  const { sgip_node, http, ...rest } = options;
  // Whether it is plain is the description's to say; the field only asks whose certificate is believed.
  const tls = protocol === 'http' && rest.tls !== 'unverified' ? 'verified' : rest.tls;
  return {
    ...rest,
    tls,
    ...(sgip_node ? { sgip_node } : {}),
    ...(http ? { http: descriptionText(http) } : {}),
  } as OptionValues;
}

export function newChannel(protocol: Protocol): Partial<ChannelValues> {
  const { port, options } = kProtocolTraits[protocol];
  // Carriers of mainland China ask for it; where one does not, a person says so.
  return { protocol, provider: '', port, requires_filed_signature: true, options: shown(protocol, options) };
}

/** What of a channel goes into its form: all but the passwords, which are never given out. */
export function specOf(channel: Schema<'ChannelView'>): ChannelValues {
  const { name, provider, protocol, host, port, system_id, access_code, requires_filed_signature, options } =
    channel;
  const fields = { name, provider, protocol, host, port, system_id, access_code, requires_filed_signature };
  return { ...fields, options: shown(protocol, options) };
}

/** The options of a provider's HTTP interface; what of them the description decides is as it says. */
function withDescription(options: ChannelOptions, text: string): ChannelOptions {
  const http = parseDescription(text) ?? undefined;
  const described = { ...options, http };
  return { ...described, tls: tlsOf({ protocol: 'http', options: described }) };
}

/**
 * What is sent: an edit whose passwords are left empty keeps those there are, and what the form does not show stays as
 * it is in `stored`, or as the protocol begins. A description must have been found to be JSON.
 */
export function toSend(form: ChannelValues, stored?: ChannelOptions): ChannelSpec {
  const { password, peer_password, options: values, ...rest } = form;
  const { http, ...entered } = values;
  const options = { ...(stored ?? kProtocolTraits[rest.protocol].options), ...entered };
  return {
    ...rest,
    host: rest.host.trim(),
    provider: rest.provider?.trim() ?? '',
    options: rest.protocol === 'http' ? withDescription(options, http ?? '') : options,
    ...(password || !stored ? { password: password ?? '' } : {}),
    ...(peer_password ? { peer_password } : {}),
  };
}

/**
 * The form after another protocol was chosen: what the person has entered stays, all else is where that protocol
 * begins.
 */
export function withProtocol(
  form: Partial<ChannelValues>,
  before: Protocol,
  after: Protocol,
): Partial<ChannelValues> {
  const old = newChannel(before);
  const fresh = newChannel(after);
  const entered = Object.entries(form.options ?? {}).filter(
    ([name, value]) => value !== old.options![name as keyof OptionValues],
  );
  const options = { ...fresh.options!, ...(Object.fromEntries(entered) as Partial<OptionValues>) };
  // There is no field for it that could be seen: by HTTP, plain is the description's to say.
  if (after === 'http' && options.tls === 'off') options.tls = 'verified';
  return { ...form, protocol: after, port: form.port === old.port ? fresh.port : form.port, options };
}
