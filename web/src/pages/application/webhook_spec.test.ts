import { describe, expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { specOf, valuesOf } from './webhook_spec';

describe('the form of a webhook', () => {
  it('begins empty and enabled', () =>
    expect(valuesOf({ version: 0, use: 'disabled' } as unknown as Schema<'WebhookView'>)).toEqual({
      receipt_url: '',
      reply_url: '',
      enabled: true,
    }));
  it('sends no address that is left empty', () =>
    expect(specOf({ receipt_url: ' https://a.example/r ', reply_url: ' ', enabled: true })).toEqual({
      receipt_url: 'https://a.example/r',
      use: 'enabled',
    }));
  it('comes back as it was sent', () => {
    const spec = { reply_url: 'https://a.example/i', use: 'disabled' } as const;
    const view = { ...spec, version: 2 } as unknown as Schema<'WebhookView'>;
    expect(specOf(valuesOf(view))).toEqual(spec);
  });
});
