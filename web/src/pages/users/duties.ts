// Which roles exclude each other (the server's rule, said early). Pure.
import type { Schema } from '@/api/client';

export type Role = Schema<'Role'>;

export const kRoles: Role[] = [
  'marketing',
  'technology',
  'customer_service',
  'compliance',
  'administrator',
  'auditor',
];

const kExclusive: [Role, Role][] = [
  ['marketing', 'compliance'],
  ['administrator', 'auditor'],
  ['administrator', 'marketing'],
  ['administrator', 'technology'],
  ['administrator', 'customer_service'],
  ['administrator', 'compliance'],
];

export function conflictOf(roles: readonly Role[]): [Role, Role] | null {
  return kExclusive.find(([a, b]) => roles.includes(a) && roles.includes(b)) ?? null;
}
