// The editor's form and the draft that the API takes, each made from the other. Pure.
import type { Schema } from '@/api/client';
import { variableNames } from '@/components/message_template';
import { characterCount } from '@/components/text_offsets';

export type Content = Schema<'ContentView'>;
export type Draft = Schema<'ContentDraft'>;

export interface VariableSettings {
  max_length?: number | null;
  sample?: string;
  personal?: boolean;
}

export interface Values {
  name: string;
  message_class: Schema<'MessageClass'>;
  purpose: string;
  signature: string;
  body: string;
  opt_out_text: string;
  /** Regulated sectors that the author declares. */
  sectors: string[];
  /** By the variable's name; of variables that are no longer in the text, too. */
  settings: Record<string, VariableSettings | undefined>;
}

export const kDefaultLength = 20;

export function emptyValues(optOut: string): Values {
  return {
    name: '',
    message_class: 'marketing',
    purpose: '',
    signature: '',
    body: '',
    opt_out_text: optOut,
    sectors: [],
    settings: {},
  };
}

export function valuesOf(content: Pick<Content, 'name' | 'latest'>): Values {
  const { variables, ...text } = content.latest.text;
  return {
    ...text,
    name: content.name,
    settings: Object.fromEntries(
      variables.map((v) => [v.name, { max_length: v.max_length, sample: v.sample, personal: v.personal }]),
    ),
  };
}

/** The variables that the text has, with their settings. */
export function draftOf(values: Values): Draft {
  const names = variableNames(values.body ?? '', values.opt_out_text ?? '');
  return {
    name: (values.name ?? '').trim(),
    message_class: values.message_class,
    purpose: (values.purpose ?? '').trim(),
    signature: values.signature ?? '',
    body: values.body ?? '',
    opt_out_text: values.opt_out_text ?? '',
    variables: names.map((name) => ({
      name,
      max_length: values.settings?.[name]?.max_length ?? kDefaultLength,
      sample: values.settings?.[name]?.sample ?? '',
      personal: values.settings?.[name]?.personal ?? false,
    })),
    sectors: [...(values.sectors ?? [])].sort(),
  };
}

export function textOf(draft: Draft): Schema<'ContentTextSpec'> {
  const { message_class, purpose, signature, body, opt_out_text, variables, sectors } = draft;
  return { message_class, purpose, signature, body, opt_out_text, variables, sectors };
}

/** Nobody changes what compliance looks at. */
export function withCompliance(content: Pick<Content, 'state'>): boolean {
  return content.state === 'submitted' || content.state === 'second_review';
}

export function sameDraft(a: Draft, b: Draft): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What was saved by someone else since `base`: a different text or name, not a mere step of the review. */
export function savedMeanwhile(base: Content | null, now: Content | null): boolean {
  if (!base || !now || now.version <= base.version) return false;
  return !sameDraft(draftOf(valuesOf(base)), draftOf(valuesOf(now)));
}

export function sampleTooLong(settings: VariableSettings | undefined): boolean {
  return characterCount(settings?.sample ?? '') > (settings?.max_length ?? kDefaultLength);
}

/** The server's "/variables/1/sample" as the form's field of that variable; others stay as they are. */
export function fieldOf(pointer: string, draft: Draft): string {
  const match = /^\/variables\/(\d+)\/(max_length|sample)$/.exec(pointer);
  const name = match && draft.variables[Number(match[1])]?.name;
  if (pointer.startsWith('/sectors/')) return '/sectors';
  return name ? `/settings/${name}/${match[2]}` : pointer;
}
