// Both languages are complete, every key that the code names exists, and the terms cover the API's lists.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textsOf } from '.';

const resources = { zh: await textsOf('zh'), en: await textsOf('en') };

type Tree = { [key: string]: Tree | string };

function keysOf(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );
}

function keys(language: 'zh' | 'en', namespace: string): Set<string> {
  return new Set(keysOf((resources[language][namespace] ?? {}) as Tree));
}

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)) yield path;
  }
}

/** `{{name}}` of a text. */
function variablesOf(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]!).sort();
}

// English has a form for one and a form for many; Chinese has one.
const base = (key: string) => key.replace(/_(one|other)$/, '');

describe('texts', () => {
  const namespaces = [...new Set([...Object.keys(resources.zh), ...Object.keys(resources.en)])];

  it.each(namespaces)('%s says the same in both languages', (namespace) => {
    const zh = new Set([...keys('zh', namespace)].map(base));
    const en = new Set([...keys('en', namespace)].map(base));
    expect([...zh].filter((key) => !en.has(key))).toEqual([]);
    expect([...en].filter((key) => !zh.has(key))).toEqual([]);
  });

  it.each(namespaces)('%s uses the same variables in both languages', (namespace) => {
    const flat = (language: 'zh' | 'en') => {
      const found = new Map<string, string>();
      const walk = (tree: Tree, prefix: string) => {
        for (const [key, value] of Object.entries(tree)) {
          if (typeof value === 'string') found.set(base(prefix + key), value);
          else walk(value, `${prefix}${key}.`);
        }
      };
      walk((resources[language][namespace] ?? {}) as Tree, '');
      return found;
    };
    const zh = flat('zh');
    for (const [key, text] of flat('en'))
      expect(variablesOf(text), `${namespace}:${key}`).toEqual(variablesOf(zh.get(key) ?? ''));
  });

  it('no text is empty and no English text is Chinese', () => {
    for (const namespace of namespaces)
      for (const language of ['zh', 'en'] as const) {
        const walk = (tree: Tree, path: string) => {
          for (const [key, value] of Object.entries(tree)) {
            if (typeof value !== 'string') walk(value, `${path}.${key}`);
            else expect(value.trim(), `${language} ${path}.${key}`).not.toBe('');
          }
        };
        walk((resources[language][namespace] ?? {}) as Tree, namespace);
      }
  });

  it('every key in the code exists', () => {
    const missing: string[] = [];
    for (const path of sources('src')) {
      const text = readFileSync(path, 'utf8');
      // A file may ask for several namespaces in several calls; any of them may answer.
      const all = new Set<string>();
      for (const match of text.matchAll(/useTranslation\(\s*(?:\[([^\]]*)\]|'([^']*)')?\s*\)/g))
        for (const name of (match[1] ?? match[2] ?? 'common').replaceAll("'", '').split(','))
          all.add(name.trim());
      for (const match of text.matchAll(/[^\w.]t\(\s*'([^'$]+)'/g)) {
        const [namespace, key] = match[1]!.includes(':') ? match[1]!.split(':') : [undefined, match[1]!];
        const places = namespace ? [namespace] : [...all].filter(Boolean);
        const found = places.some((place) => {
          const known = new Set([...keys('zh', place)].map(base));
          return known.has(key!);
        });
        if (!found) missing.push(`${path}: ${match[1]}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('the terms cover every list of the API', () => {
    const schema = readFileSync('src/api/schema.d.ts', 'utf8');
    const valuesOf = (name: string) => {
      const line = new RegExp(`\\n\\s+${name}: ("[^;]+);`).exec(schema)?.[1];
      expect(line, name).toBeDefined();
      return [...line!.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
    };
    const lists: Record<string, string> = {
      CampaignState: 'campaign_state',
      ContentState: 'content_state',
      Approval: 'approval',
      MessageState: 'message_state',
      MessageClass: 'message_class',
      Reason: 'reason',
      Role: 'role',
      ReviewKind: 'review_kind',
      ReviewDecision: 'review_decision',
      CheckPoint: 'check_point',
      ConsentKind: 'consent_kind',
      ConsentSource: 'consent_source',
      ImportState: 'import_state',
      ImportField: 'import_field',
      CodeStage: 'code_stage',
      CodeClass: 'code_class',
      CodeAction: 'code_action',
      AttemptOutcome: 'attempt_outcome',
      BindMode: 'bind_mode',
      MessageIdForm: 'message_id_form',
      TestState: 'test_state',
      ChannelUse: 'channel_use',
      ChannelProtocol: 'channel_protocol',
      ChannelTls: 'channel_tls',
      DefaultAlphabet: 'encoding',
      Gate: 'gate',
      GateAnswer: 'gate_answer',
      FrequencySource: 'frequency_source',
      Weekday: 'weekday',
    };
    for (const [type, list] of Object.entries(lists))
      for (const language of ['zh', 'en'] as const) {
        const known = resources[language].terms![list] as Record<string, string>;
        for (const value of valuesOf(type))
          expect(known[value], `${language} ${list}.${value}`).toBeTypeOf('string');
      }
  });
});
