// What the form of an application's account begins with, what is sent of it, and how long its credentials may be.
import type { Schema } from '@/api/client';
import { kProtocols, kProtocolTraits, type Protocol } from '@/pages/channels/protocols';

export type ApplicationSpec = Schema<'ApplicationSpec'>;
export type ApplicationView = Schema<'ApplicationView'>;

/** The account as the fields hold it: addresses are lines of text, a channel or a route is one choice. */
export type ApplicationValues = Omit<ApplicationSpec, 'allowed_addresses' | 'channel_id' | 'route_id'> & {
  allowed_addresses: string;
  /** The id of a channel or of a route. */
  way: string;
};

const kRoutePrefix = 'rte_';

/** Those that programs log in by, and `http`: they call the API. */
export const kLoginProtocols = kProtocols;

/** Whether an account logs in anywhere: who only calls the API needs no secret, it has keys. */
export function logsIn(protocols: readonly Protocol[]): boolean {
  return protocols.length === 0 || protocols.some((protocol) => protocol !== 'http');
}

const kLongest = { system_id: 16, password: 64 };

/** Characters that a login or a secret may have, so that each of the protocols can carry it. */
export function mostOf(protocols: readonly Protocol[], credential: 'system_id' | 'password'): number {
  const carried = protocols.filter((protocol) => protocol !== 'http');
  const sizes = carried.flatMap((protocol) => kProtocolTraits[protocol].settings[credential]?.most ?? []);
  return Math.min(kLongest[credential], ...sizes);
}

/** One address or range a line; commas and blanks between them do as well. */
export function addressesOf(text: string): string[] {
  return text.split(/[\s,;，；]+/).filter((address) => address !== '');
}

export function newApplication(): Partial<ApplicationValues> {
  return {
    protocols: [],
    allowed_addresses: '',
    message_classes: ['notification'],
    contents: [],
    segments_per_second: 0,
    window: 32,
    max_sessions: 4,
  };
}

/** What of an account goes into its form: all but the secret, which is never given out. */
export function valuesOf(application: ApplicationView): ApplicationValues {
  return {
    name: application.name,
    login: application.login,
    protocols: application.protocols,
    allowed_addresses: application.allowed_addresses.join('\n'),
    message_classes: application.message_classes,
    access_code: application.access_code,
    way: application.route_id ?? application.channel_id ?? '',
    contents: application.contents,
    segments_per_second: application.segments_per_second,
    window: application.window,
    max_sessions: application.max_sessions,
  };
}

/** What is sent: a secret that is left empty is the one that is stored. */
export function toSend(values: ApplicationValues): ApplicationSpec {
  const { secret, way, ...rest } = values;
  return {
    ...rest,
    ...(way.startsWith(kRoutePrefix) ? { route_id: way } : { channel_id: way }),
    name: rest.name.trim(),
    login: rest.login.trim(),
    access_code: rest.access_code.trim(),
    allowed_addresses: addressesOf(rest.allowed_addresses),
    ...(secret ? { secret } : {}),
  };
}
