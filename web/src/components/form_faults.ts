// The server's field faults, shown at the form's fields.
import type { FormInstance } from 'antd';
import type { Problem } from '@/api/problem';

/** "/audience/filter/cities/0" to ['audience', 'filter', 'cities', 0]. */
export function namePathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** Marks the fields that the form has; the faults that have no field there come back. */
export function showFaults(form: FormInstance, problem: Problem): Problem['errors'] {
  const left: Problem['errors'] = [];
  for (const fault of problem.errors) {
    const path = namePathOf(fault.field);
    const known = form.getFieldInstance(path) !== undefined || form.isFieldTouched(path);
    if (known) form.setFields([{ name: path, errors: [fault.message] }]);
    else left.push(fault);
  }
  return left;
}
