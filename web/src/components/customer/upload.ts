// Files to the server: evidence, customer lists. The server's answer is the type the caller names.
import { newIdempotencyKey, type Schema, send } from '@/api/client';

async function upload<T>(path: string, file: File, fields: Record<string, string> = {}): Promise<T> {
  const form = new FormData();
  // The fields first: the server reads them before the file arrives.
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file, file.name);
  const response = await send(path, {
    method: 'POST',
    body: form,
    headers: { 'Idempotency-Key': newIdempotencyKey() },
  });
  return (await response.json()) as T;
}

export function uploadEvidence(file: File): Promise<Schema<'EvidenceView'>> {
  return upload('/api/v1/evidence', file);
}

export function previewImport(file: File): Promise<Schema<'ImportPreview'>> {
  return upload('/api/v1/imports/preview', file);
}

export function startImport(
  file: File,
  options: Partial<Schema<'ImportOptions'>>,
): Promise<Schema<'ImportView'>> {
  return upload('/api/v1/imports', file, { options: JSON.stringify(options) });
}
