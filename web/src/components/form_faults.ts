// The server's field faults, shown at the form's fields.
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { asProblem, type Problem } from '@/api/problem';

/** "/audience/filter/cities/0" to ['audience', 'filter', 'cities', 0]. */
export function namePathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** Marks the fields that the form has; the faults that have no field there come back. `within`: where in what was sent
 * the form's values are, such as "/spec". `whole`: fields that hold a whole structure; what is wrong anywhere in it is
 * said there, with the place. */
export function showFaults(
  form: FormInstance,
  problem: Problem,
  within = '',
  whole: string[] = [],
): Problem['errors'] {
  const fields = new Set(form.getFieldsError().map(({ name }) => JSON.stringify(name)));
  const left: Problem['errors'] = [];
  const said = new Map<string, string[]>();
  for (const fault of problem.errors) {
    const place = fault.field.startsWith(`${within}/`) ? fault.field.slice(within.length) : fault.field;
    const holder = whole.find((field) => place.startsWith(`${field}/`));
    const key = JSON.stringify(namePathOf(holder ?? place));
    if (!fields.has(key)) {
      left.push(fault);
      continue;
    }
    const message = holder ? `${place.slice(holder.length)}: ${fault.message}` : fault.message;
    said.set(key, [...(said.get(key) ?? []), message]);
  }
  for (const [key, errors] of said)
    form.setFields([{ name: JSON.parse(key) as (string | number)[], errors }]);
  return left;
}

/** Marks the fields at fault; the problem, when that does not say all of it. */
export function leftToSay(
  form: FormInstance,
  error: unknown,
  within = '',
  whole: string[] = [],
): Problem | undefined {
  const problem = asProblem(error);
  const left = showFaults(form, problem, within, whole);
  return left.length > 0 || problem.errors.length === 0 ? problem : undefined;
}

/** Sends a form whose fields are right; `problem` is what the server refused and no field can show. */
export function useSubmit<Values>(form: FormInstance<Values>, send: (values: Values) => Promise<unknown>) {
  const [problem, setProblem] = useState<Problem>();
  const submit = async () => {
    const values = await form.validateFields().catch(() => null);
    if (!values) return;
    setProblem(undefined);
    try {
      await send(values);
    } catch (error) {
      setProblem(leftToSay(form, error));
    }
  };
  return { problem, submit };
}
