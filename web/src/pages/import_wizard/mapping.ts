// What the columns of a file mean: from the server's suggestion, changed by a person, back to the server. Pure.
import type { Schema } from '@/api/client';

export type Field = Schema<'ImportField'>;
/** By header; "unknown" where nobody has said. */
export type Mapping = Record<string, Field | 'unknown'>;

export const kFields: Field[] = [
  'number',
  'name',
  'city',
  'member_level',
  'birth_date',
  'marketing_consent',
  'notification_consent',
  'consent_time',
  'consent_method',
  'consent_text',
  'remark',
  'attribute',
  'ignore',
];

// A file may have several columns of these, but one of each of the others.
const kRepeatable: (Field | 'unknown')[] = ['attribute', 'ignore', 'unknown'];

export function mappingOf(columns: Schema<'ImportColumn'>[]): Mapping {
  return Object.fromEntries(
    columns.map((column) => [
      column.header,
      (kFields as string[]).includes(column.suggested) ? (column.suggested as Field) : 'unknown',
    ]),
  );
}

/** What keeps the file from being imported: no number, or two columns that claim the same meaning. */
export function faultOf(mapping: Mapping): 'no_number' | 'twice' | null {
  const fields = Object.values(mapping).filter((field) => !kRepeatable.includes(field));
  if (!fields.includes('number')) return 'no_number';
  return new Set(fields).size < fields.length ? 'twice' : null;
}

/** What is said to the server: every column whose meaning is known. */
export function columnsOf(mapping: Mapping): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(mapping).filter((pair): pair is [string, Field] => pair[1] !== 'unknown'),
  );
}
