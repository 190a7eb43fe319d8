// Whether the channels that were chosen may carry the content's signature. Pure.
import type { Schema } from '@/api/client';

type Filing = Pick<Schema<'SignatureFilingView'>, 'channel_id' | 'channel_name' | 'carried'>;
type Route = Pick<Schema<'RouteView'>, 'id' | 'channels'>;

export interface Unfiled {
  /** none: not one of them may carry it; some: messages that need these are refused. */
  left: 'none' | 'some';
  channels: string[];
}

/** What to say before the parameters are saved; null: every channel of the choice may carry the signature. */
export function unfiledOf(
  choice: { channel_id?: string; route_id?: string },
  routes: Route[],
  filings: Filing[],
): Unfiled | null {
  const route = routes.find((one) => one.id === choice.route_id);
  const chosen = new Set(
    choice.route_id
      ? (route?.channels ?? []).filter((one) => one.use === 'enabled').map((one) => one.channel_id)
      : [choice.channel_id],
  );
  const asked = filings.filter((one) => chosen.has(one.channel_id));
  const without = asked.filter((one) => !one.carried);
  if (without.length === 0) return null;
  return {
    left: without.length === asked.length ? 'none' : 'some',
    channels: without.map((one) => one.channel_name),
  };
}
