import type { FormInstance } from 'antd';
import { describe, expect, it } from 'vitest';
import { Problem } from '@/api/problem';
import { leftToSay, namePathOf } from './form_faults';

type Path = (string | number)[];

/** A form as far as faults are concerned: the fields that it has, and what is said at them. */
function formOf(fields: Path[]) {
  const said: Record<string, string[]> = {};
  const form = {
    getFieldsError: () => fields.map((name) => ({ name, errors: [], warnings: [] })),
    setFields: (changes: { name: Path; errors: string[] }[]) => {
      for (const { name, errors } of changes) said[name.join('/')] = errors;
    },
  } as unknown as FormInstance;
  return { form, said };
}

function refused(...fields: string[]): Problem {
  const errors = fields.map((field) => ({ field, code: 'invalid_argument', message: `no: ${field}` }));
  return new Problem(422, 'invalid_argument', 'no', errors);
}

describe('faults that the server names', () => {
  it('stand at the fields that the form has, be they in a list', () => {
    const { form, said } = formOf([['protocol'], ['options', 'tls_ca_pem'], ['numbers', 0]]);
    expect(leftToSay(form, refused('/protocol', '/options/tls_ca_pem', '/numbers/0'))).toBeUndefined();
    expect(said).toEqual({
      protocol: ['no: /protocol'],
      'options/tls_ca_pem': ['no: /options/tls_ca_pem'],
      'numbers/0': ['no: /numbers/0'],
    });
  });
  it('are still to be said when no field is theirs, or none is named', () => {
    const { form, said } = formOf([['protocol']]);
    const problem = refused('/protocol', '/options/window');
    expect(leftToSay(form, problem)).toBe(problem);
    expect(Object.keys(said)).toEqual(['protocol']);
    expect(leftToSay(form, refused())).toBeDefined();
  });
  it('are found where the form is a part of what was sent', () => {
    const { form, said } = formOf([['options', 'local_address']]);
    expect(leftToSay(form, refused('/spec/options/local_address'), '/spec')).toBeUndefined();
    expect(said['options/local_address']).toHaveLength(1);
  });
  it('stand with their places at the field that holds the whole structure', () => {
    const { form, said } = formOf([['options', 'http'], ['protocols']]);
    const problem = refused(
      '/options/http/request/body',
      '/options/http',
      '/options/http/answer',
      '/protocols/1',
    );
    expect(leftToSay(form, problem, '', ['/options/http', '/hidden'])).toBe(problem);
    expect(said).toEqual({
      'options/http': [
        '/request/body: no: /options/http/request/body',
        'no: /options/http',
        '/answer: no: /options/http/answer',
      ],
    });
  });
  it('have their names unescaped', () => expect(namePathOf('/a~1b/c~0d')).toEqual(['a/b', 'c~d']));
});
