// What an account refers to, by name: the channels, and the contents that have an approved version.
import { useQuery } from '@tanstack/react-query';
import { $api, api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';

type Content = Schema<'ContentSummary'>;
type Channel = Schema<'ChannelView'>;

const kPageRows = 500;
const kMaximumPages = 20;

async function fetchContents(): Promise<Content[]> {
  const all: Content[] = [];
  let after: string | undefined;
  for (let page = 0; page < kMaximumPages; page += 1) {
    const { data } = await api.GET('/api/v1/contents', {
      params: { query: { limit: kPageRows, after, origin: 'user' } },
    });
    all.push(...(data?.items ?? []));
    if (!data?.next_after) break;
    after = data.next_after;
  }
  return all;
}

/** All contents but the texts that the program sends by itself, and not only those that are approved now: names are wanted of what was given before, too. */
export function useContents(): Content[] {
  const enabled = useCan()('content.read');
  // Below the list's key: whatever changes a content makes this be fetched anew.
  const { data } = useQuery({
    queryKey: ['get', '/api/v1/contents', 'user', 'all'],
    queryFn: fetchContents,
    staleTime: 60_000,
    enabled,
  });
  return data ?? [];
}

export function useChannels(): { channels: Channel[]; nameOf: (id: string) => string } {
  const enabled = useCan()('channel.read');
  const { data } = $api.useQuery(
    'get',
    '/api/v1/channels',
    { params: { query: { limit: kPageRows } } },
    { enabled, staleTime: 60_000 },
  );
  const channels = data?.items ?? [];
  return { channels, nameOf: (id) => channels.find((channel) => channel.id === id)?.name ?? id };
}

type Route = Schema<'RouteView'>;

export function useRoutes(): { routes: Route[]; nameOf: (id: string) => string | undefined } {
  const enabled = useCan()('channel.read');
  const { data } = $api.useQuery(
    'get',
    '/api/v1/routes',
    { params: { query: { limit: kPageRows } } },
    { enabled, staleTime: 60_000 },
  );
  const routes = data?.items ?? [];
  return { routes, nameOf: (id) => routes.find((route) => route.id === id)?.name };
}

/** Of the channel or the route that an account's messages go by. */
export function useNameOfWay(): (account: { channel_id?: string; route_id?: string }) => string {
  const channels = useChannels();
  const routes = useRoutes();
  return ({ channel_id, route_id }) =>
    route_id ? (routes.nameOf(route_id) ?? route_id) : channel_id ? channels.nameOf(channel_id) : '';
}
