// The description of a provider's HTTP interface as the text that is edited in a channel's form. What it may say is the
// server's to judge; here it only has to be an object of JSON.
import formAcs3 from '../../../../examples/http_providers/form_acs3.json';
import jsonTc3 from '../../../../examples/http_providers/json_tc3.json';
import type { ChannelOptions } from './protocols';

export type Description = NonNullable<ChannelOptions['http']>;

export function descriptionText(description: unknown): string {
  return JSON.stringify(description, null, 2);
}

/** Whole descriptions to begin with, under what their requests and signatures look like. */
export const kExamples: Record<'form_acs3' | 'json_tc3', string> = {
  form_acs3: descriptionText(formAcs3.http),
  json_tc3: descriptionText(jsonTc3.http),
};

/** Throws a SyntaxError with the place when it is no JSON. Null: JSON, but no object. */
export function parseDescription(text: string): Description | null {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Description) : null;
}
