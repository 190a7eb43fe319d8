// What came of a campaign as shares and as lines over time. Pure.
import type { Schema } from '@/api/client';

export type Effect = Schema<'CampaignEffect'>;

export interface Shares {
  /** Of those that were to get it, those who got it. */
  delivered: number;
  /** Of those that left, those delivered: what the channel did. */
  delivery: number;
  failed: number;
  refused: number;
  replies: number;
  opt_outs: number;
  /** Segments a message that left. */
  segments: number;
  duration: number | undefined;
}

const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);

export function sharesOf(effect: Effect): Shares {
  const { started_at, finished_at } = effect;
  return {
    delivered: share(effect.delivered, effect.targeted),
    delivery: share(effect.delivered, effect.submitted),
    failed: share(effect.failed + effect.expired + effect.unknown, effect.submitted),
    refused: share(effect.refused, effect.targeted),
    replies: share(effect.replies, effect.delivered),
    opt_outs: share(effect.opt_outs, effect.delivered),
    segments: share(effect.segments, effect.submitted),
    duration:
      started_at && finished_at ? (Date.parse(finished_at) - Date.parse(started_at)) / 1000 : undefined,
  };
}

/** Delivered so far as a share of the targeted, by seconds since the start. */
export function deliveredOverTime(effect: Effect): [number, number][] {
  const start = Date.parse(effect.started_at ?? effect.points[0]?.at ?? '');
  let sum = 0;
  return effect.points.map((point) => {
    sum += point.delivered;
    const end = Date.parse(point.at) + effect.bucket_seconds * 1000;
    return [Math.max(0, (end - start) / 1000), share(sum, effect.targeted)];
  });
}
