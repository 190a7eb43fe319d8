// What the form of a webhook holds and what is sent of it.
import type { Schema } from '@/api/client';

export interface WebhookValues {
  receipt_url: string;
  reply_url: string;
  enabled: boolean;
}

/** One that was never set up begins enabled. */
export function valuesOf(webhook: Schema<'WebhookView'>): WebhookValues {
  return {
    receipt_url: webhook.receipt_url ?? '',
    reply_url: webhook.reply_url ?? '',
    enabled: webhook.version === 0 || webhook.use === 'enabled',
  };
}

/** An address that is left empty is none. */
export function specOf(values: WebhookValues): Schema<'WebhookSpec'> {
  const receipts = values.receipt_url.trim();
  const replies = values.reply_url.trim();
  return {
    ...(receipts ? { receipt_url: receipts } : {}),
    ...(replies ? { reply_url: replies } : {}),
    use: values.enabled ? 'enabled' : 'disabled',
  };
}
