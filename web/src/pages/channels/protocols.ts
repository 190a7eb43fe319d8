// What each carrier protocol has of a channel's settings: under which name, how long, and where a new channel begins.
import type { Schema } from '@/api/client';

export type ChannelSpec = Schema<'ChannelSpec'>;
export type ChannelOptions = Schema<'ChannelOptions'>;
export type Protocol = Schema<'ChannelProtocol'>;

/** A setting as the protocol has it. */
export interface Setting {
  /** What the protocol itself calls it. */
  wire?: string;
  /** Characters at most; the server says no to more. */
  most?: number;
  /** The value that is meant when it is left empty. */
  empty?: string;
}

/** What a channel's form has beside name, provider, host and port: the account's fields and the options. */
export type SettingName = 'system_id' | 'password' | 'peer_password' | 'access_code' | keyof ChannelOptions;

export interface ProtocolTraits {
  port: number;
  options: ChannelOptions;
  settings: Partial<Record<SettingName, Setting>>;
}

export const kDefaultOptions: Omit<ChannelOptions, 'http'> = {
  bind_mode: 'transceiver',
  system_type: '',
  sessions: 1,
  window: 128,
  segments_per_second: 0,
  verification_share: 8,
  notification_share: 4,
  marketing_share: 1,
  throttle_pause_ms: 500,
  failover_after_ms: 10_000,
  failover_error_percent: 50,
  message_id_form: 'verbatim',
  receipt_query_seconds: 0,
  response_timeout_ms: 30_000,
  enquire_link_ms: 30_000,
  reconnect_min_ms: 500,
  reconnect_max_ms: 60_000,
  tls: 'off',
  tls_ca_pem: '',
  local_address: '',
  default_alphabet: 'gsm7',
  gsm7_packed: false,
  service_id: '',
  enterprise_code: '',
  // Empty is free to the recipient in every protocol, whatever its number for that is.
  fee_type: '',
  fee_code: '0',
  sgip_node: 0,
  listen_address: '0.0.0.0',
  listen_port: 0,
  peer_name: '',
  window_start_minute: 0,
  window_end_minute: 1440,
};

const kAccessCode = 20;
// CMPP and SMGP send a digest of the secret, so that its length is the carrier's to choose.
const kSecret = 64;
const kHttpSecret = 256;

const kEvery: ProtocolTraits['settings'] = {
  sessions: {},
  window: {},
  segments_per_second: {},
  verification_share: {},
  notification_share: {},
  marketing_share: {},
  throttle_pause_ms: {},
  failover_after_ms: {},
  failover_error_percent: {},
  response_timeout_ms: {},
  reconnect_min_ms: {},
  reconnect_max_ms: {},
  window_start_minute: {},
  window_end_minute: {},
};

// SMPP 3.4, sections 5.2.1 to 5.2.3, 5.2.11, 5.2.19.
const kSmpp: ProtocolTraits = {
  port: 2775,
  options: kDefaultOptions,
  settings: {
    ...kEvery,
    local_address: {},
    system_id: { wire: 'system_id', most: 15 },
    password: { wire: 'password', most: 8 },
    access_code: { wire: 'source_addr', most: kAccessCode },
    bind_mode: {},
    message_id_form: { wire: 'message_id' },
    receipt_query_seconds: { wire: 'query_sm' },
    enquire_link_ms: { wire: 'enquire_link' },
    tls: {},
    tls_ca_pem: {},
    default_alphabet: { wire: 'data_coding 0' },
    gsm7_packed: {},
    service_id: { wire: 'service_type', most: 5 },
    system_type: { wire: 'system_type', most: 12 },
  },
};

// CMPP 2.0 and 3.0: CONNECT and SUBMIT; W = 16, T = 60 s, C = 3 min, so that a third of it keeps the connection.
const kCmpp: ProtocolTraits = {
  port: 7890,
  options: { ...kDefaultOptions, window: 16, response_timeout_ms: 60_000, enquire_link_ms: 60_000 },
  settings: {
    ...kEvery,
    local_address: {},
    system_id: { wire: 'Source_Addr', most: 6 },
    password: { wire: 'shared secret', most: kSecret },
    access_code: { wire: 'Src_Id', most: kAccessCode },
    enquire_link_ms: { wire: 'CMPP_ACTIVE_TEST' },
    enterprise_code: { wire: 'Msg_src', most: 6 },
    service_id: { wire: 'Service_Id', most: 10 },
    fee_type: { wire: 'FeeType', most: 2, empty: '01' },
    fee_code: { wire: 'FeeCode', most: 6 },
  },
};

// SGIP 1.2: Bind and Submit; no keep-alive, and the carrier dials for the other direction.
const kSgip: ProtocolTraits = {
  port: 8801,
  options: { ...kDefaultOptions, window: 32, listen_port: 8801 },
  settings: {
    ...kEvery,
    local_address: {},
    system_id: { wire: 'Login Name', most: 16 },
    password: { wire: 'Login Password', most: 16 },
    access_code: { wire: 'SPNumber', most: kAccessCode },
    sgip_node: {},
    enterprise_code: { wire: 'CorpId', most: 5 },
    service_id: { wire: 'ServiceType', most: 10 },
    fee_type: { wire: 'FeeType', most: 1, empty: '1' },
    fee_code: { wire: 'FeeValue', most: 6 },
    listen_address: {},
    listen_port: {},
    peer_name: { wire: 'Login Name', most: 16 },
    peer_password: { wire: 'Login Password', most: 16 },
  },
};

// SMGP 3.0: Login and Submit, with its optional MsgSrc.
const kSmgp: ProtocolTraits = {
  port: 8890,
  options: { ...kDefaultOptions, window: 16, response_timeout_ms: 60_000, enquire_link_ms: 60_000 },
  settings: {
    ...kEvery,
    local_address: {},
    system_id: { wire: 'ClientID', most: 8 },
    password: { wire: 'shared secret', most: kSecret },
    access_code: { wire: 'SrcTermID', most: kAccessCode },
    enquire_link_ms: { wire: 'Active_Test' },
    enterprise_code: { wire: 'MsgSrc', most: 8 },
    service_id: { wire: 'ServiceID', most: 10 },
    fee_type: { wire: 'FeeType', most: 2, empty: '00' },
    fee_code: { wire: 'FeeCode', most: 6 },
  },
};

// A provider's own interface, as options.http describes it; the names are those of its placeholders. The certificate is
// verified unless that is switched off; what is sent in the clear, the description says.
const kHttp: ProtocolTraits = {
  port: 443,
  options: { ...kDefaultOptions, window: 32, response_timeout_ms: 10_000, tls: 'verified' },
  settings: {
    ...kEvery,
    system_id: { wire: '{{key_id}}', most: kSecret },
    password: { wire: '{{secret}}', most: kHttpSecret },
    access_code: { wire: '{{access_code}}', most: kAccessCode },
    http: {},
    tls: {},
    tls_ca_pem: {},
  },
};

export const kProtocolTraits: Record<Protocol, ProtocolTraits> = {
  smpp: kSmpp,
  cmpp2: kCmpp,
  cmpp3: kCmpp,
  sgip: kSgip,
  smgp: kSmgp,
  http: kHttp,
};
export const kProtocols = Object.keys(kProtocolTraits) as Protocol[];

export type SectionName = 'description' | 'service' | 'reverse' | 'traffic' | 'tls' | 'advanced';

const kSections: Record<SectionName, SettingName[]> = {
  description: ['http'],
  service: ['sgip_node', 'enterprise_code', 'service_id', 'fee_type', 'fee_code'],
  reverse: ['listen_address', 'listen_port', 'peer_name', 'peer_password'],
  traffic: [
    'bind_mode',
    'message_id_form',
    'sessions',
    'window',
    'segments_per_second',
    'verification_share',
    'notification_share',
    'marketing_share',
    'window_start_minute',
    'window_end_minute',
  ],
  tls: ['tls', 'tls_ca_pem'],
  advanced: [
    'default_alphabet',
    'gsm7_packed',
    'system_type',
    'local_address',
    'response_timeout_ms',
    'enquire_link_ms',
    'reconnect_min_ms',
    'reconnect_max_ms',
    'receipt_query_seconds',
    'throttle_pause_ms',
    'failover_after_ms',
    'failover_error_percent',
  ],
};

/** The settings of a section that the protocol has, in the order of the form. */
export function settingsOf(protocol: Protocol, section: SectionName): SettingName[] {
  // What the carriers' own protocols ask for is seldom used in SMPP.
  const names =
    protocol !== 'smpp'
      ? kSections[section]
      : section === 'service'
        ? []
        : section === 'advanced'
          ? (['service_id', ...kSections.advanced] satisfies SettingName[])
          : kSections[section];
  return names.filter((name) => name in kProtocolTraits[protocol].settings);
}

const kOfAccount = new Set<SettingName>(['system_id', 'password', 'peer_password', 'access_code']);

/** Where a setting stands in the form, and in what the server says of it. */
export function pathOf(name: SettingName): string[] {
  return kOfAccount.has(name) ? [name] : ['options', name];
}

/** "10.0.0.1:8801", "[::]:8801". */
export function endpointText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** How the connection is encrypted in fact: by HTTP only the description makes it plain, and nothing but "unverified"
 * leaves a certificate unlooked at. */
export function tlsOf(channel: { protocol: Protocol; options: ChannelOptions }): ChannelOptions['tls'] {
  const { tls, http } = channel.options;
  if (channel.protocol !== 'http') return tls;
  return http?.scheme === 'http' ? 'off' : tls === 'unverified' ? tls : 'verified';
}
