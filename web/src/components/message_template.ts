// The template's grammar as the console needs it: {name} is a variable, {{ and }} are braces. Pure.
import type { Extent } from './text_offsets';

interface Part extends Extent {
  /** Of a variable. */
  name?: string;
  /** What a literal piece says. */
  text: string;
}

const kToken = /\{\{|\}\}|\{([0-9A-Za-z_㐀-鿿]{1,64})\}/g;

/** Variables and braces of a template in their order; what does not parse is literal text. */
function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const literal = (end: number) => {
    if (end > at) parts.push({ begin: at, end, text: template.slice(at, end) });
  };
  for (const match of template.matchAll(kToken)) {
    literal(match.index);
    const end = match.index + match[0].length;
    parts.push({ begin: match.index, end, name: match[1], text: match[1] ? match[0] : match[0][0]! });
    at = end;
  }
  literal(template.length);
  return parts;
}

/** The variables in the order of their first appearance. */
export function variableNames(...templates: string[]): string[] {
  const names = templates.flatMap(partsOf).flatMap((part) => (part.name ? [part.name] : []));
  return [...new Set(names)];
}

/** Where the variables stand. */
export function variableSpans(template: string): (Extent & { name: string })[] {
  return partsOf(template).flatMap((part) =>
    part.name ? [{ begin: part.begin, end: part.end, name: part.name }] : [],
  );
}

export interface Rendered<T extends Extent> {
  text: string;
  spans: T[];
  /** The values put in, in the rendered text. */
  values: (Extent & { name: string })[];
}

/** The template with values in place of its variables (one without stays as it is), and spans moved along. */
export function renderTemplate<T extends Extent>(
  template: string,
  values: Record<string, string | undefined>,
  spans: readonly T[],
): Rendered<T> {
  const placed: (Extent & { name: string })[] = [];
  const moves: { from: Extent; to: Extent; plain: boolean }[] = [];
  let text = '';
  for (const part of partsOf(template)) {
    const put = part.name ? values[part.name] || part.text : part.text;
    const to = { begin: text.length, end: text.length + put.length };
    text += put;
    if (part.name) placed.push({ ...to, name: part.name });
    moves.push({ from: part, to, plain: put.length === part.end - part.begin });
  }
  const place = (units: number, edge: 'begin' | 'end') => {
    const move = moves.find(({ from }) =>
      edge === 'begin' ? units >= from.begin && units < from.end : units > from.begin && units <= from.end,
    );
    if (!move) return units <= 0 ? 0 : text.length;
    return move.plain ? move.to.begin + (units - move.from.begin) : move.to[edge];
  };
  return {
    text,
    values: placed,
    spans: spans.map((span) => {
      const begin = place(span.begin, 'begin');
      return { ...span, begin, end: span.begin === span.end ? begin : place(span.end, 'end') };
    }),
  };
}
