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

/** The part of an upload that says what the document is. */
export type NewQualification = Pick<
  Schema<'QualificationView'>,
  'kind' | 'title' | 'number' | 'issuer' | 'valid_from' | 'valid_until'
>;

export function uploadQualification(
  file: File,
  document: NewQualification,
): Promise<Schema<'QualificationView'>> {
  return upload('/api/v1/qualifications', file, { document: JSON.stringify(document) });
}

export function uploadFilingFile(
  file: File,
  of: { signature_id: string; channel_id: string },
): Promise<Schema<'SignatureFilingView'>> {
  return upload(`/api/v1/signatures/${of.signature_id}/filings/${of.channel_id}/file`, file);
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
