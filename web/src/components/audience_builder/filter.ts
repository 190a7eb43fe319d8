// A segment's conditions: the empty one, what the server is asked to count, the conditions in order. Pure.
import type { Schema } from '@/api/client';

export type SegmentFilter = Schema<'SegmentFilter'>;
export type Audience = Schema<'Audience'>;
type MessageClass = Schema<'MessageClass'>;

// The server's limits (base/limits.h).
export const kMaximumDays = 3650;
export const kMaximumAttributes = 8;
export const kMaximumAttributeValues = 20;
export const kMaximumValues = 100;

export const kDayConditions = ['sent_within_days', 'not_sent_within_days', 'replied_within_days'] as const;
export type DayCondition = (typeof kDayConditions)[number];

export function emptyFilter(): SegmentFilter {
  return { cities: [], member_levels: [], regions: [], attributes: [], carriers: [] };
}

/** What is sent: trimmed, half-written attributes left out, nothing that sets no condition. */
export function tidyFilter(filter: SegmentFilter): SegmentFilter {
  const words = (list: string[] | undefined) => [
    ...new Set((list ?? []).map((w) => w.trim()).filter((w) => w)),
  ];
  const attributes = (filter.attributes ?? [])
    .map((a) => ({ name: a.name.trim(), values: words(a.values) }))
    .filter((a) => a.name && a.values.length > 0);
  const tidy: SegmentFilter = {
    cities: words(filter.cities),
    member_levels: words(filter.member_levels),
    regions: words(filter.regions).map((r) => r.toUpperCase()),
    attributes,
    carriers: [...new Set(filter.carriers ?? [])],
  };
  if (filter.consented_to) tidy.consented_to = filter.consented_to;
  if (filter.import_id) tidy.import_id = filter.import_id;
  for (const name of kDayConditions) if (filter[name]) tidy[name] = filter[name];
  return tidy;
}

export function tidyAudience(audience: Audience): Audience {
  return audience.filter ? { filter: tidyFilter(audience.filter) } : audience;
}

/** How many conditions are set; none means every customer. */
export function conditionCount(filter: SegmentFilter): number {
  const tidy = tidyFilter(filter);
  const lists = [tidy.cities, tidy.member_levels, tidy.regions, tidy.carriers ?? []];
  return (
    lists.filter((list) => list.length > 0).length +
    (tidy.attributes?.length ?? 0) +
    [tidy.consented_to, tidy.import_id, ...kDayConditions.map((name) => tidy[name])].filter(Boolean).length
  );
}

/** The query of GET /audiences/count: an attribute is "name=value", once for each value. */
export function countQuery(audience: Audience): Record<string, string | number | string[]> {
  if (audience.segment_id) return { segment_id: audience.segment_id };
  if (audience.import_id) return { import_id: audience.import_id };
  const { attributes, ...rest } = tidyFilter(audience.filter ?? emptyFilter());
  const query: Record<string, string | number | string[]> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    query[name] = value;
  }
  if (attributes.length) query.attributes = attributes.flatMap((a) => a.values.map((v) => `${a.name}=${v}`));
  return query;
}

/** The same audience, only those who agreed to a class. Of a segment: with its filter at hand. */
export function consentedOf(
  audience: Audience,
  messageClass: MessageClass,
  segment: SegmentFilter | undefined,
): Audience | undefined {
  if (audience.import_id)
    return { filter: { ...emptyFilter(), import_id: audience.import_id, consented_to: messageClass } };
  const filter = audience.segment_id ? segment : audience.filter;
  // A filter that asks for consent to another class cannot be asked for this one as well.
  if (!filter || (filter.consented_to && filter.consented_to !== messageClass)) return undefined;
  return { filter: { ...filter, consented_to: messageClass } };
}

/** Whether the audience says who it is: false while a segment or import is yet to be picked. */
export function isChosen(audience: Audience | undefined): audience is Audience {
  return Boolean(audience && (audience.segment_id || audience.import_id || audience.filter));
}
