// Every screen with a person who works on it and the thing it shows: for the accessibility test and the screenshots.
import { kPages } from '@/app/pages';
import { type Role, world } from './world';

const kPerson: Record<string, Role> = {
  '/': 'marketing',
  '/profile': 'marketing',
  '/review': 'compliance',
  '/review/:id': 'compliance',
  '/review_statistics': 'compliance',
  '/qualifications': 'compliance',
  '/screening': 'compliance',
  '/hand-over': 'technology',
  '/hand-over/:id': 'technology',
  '/monitor': 'technology',
  '/monitor/:id': 'technology',
  '/campaigns/:id/messages': 'technology',
  '/messages/:id': 'technology',
  '/channels': 'technology',
  '/channels/:id': 'technology',
  '/routes': 'technology',
  '/applications': 'technology',
  '/applications/:id': 'technology',
  '/carrier-codes': 'technology',
  '/test-handsets': 'technology',
  '/look-up': 'customer_service',
  '/consent-tasks': 'customer_service',
  '/customers/:id': 'customer_service',
  '/users': 'administrator',
  '/api-keys': 'administrator',
  '/settings': 'administrator',
  '/health': 'administrator',
  '/policy': 'compliance',
  '/audit': 'auditor',
};

const kIds: Record<string, string> = {
  '/campaigns/:id': 'campaign',
  '/campaigns/:id/edit': 'planned_campaign',
  '/campaigns/:id/messages': 'campaign',
  '/messages/:id': 'message',
  '/contents/:id': 'content',
  '/contents/:id/opinions/:review': 'content',
  '/signatures/:id': 'signature',
  '/reports/:id': 'report',
  '/review/:id': 'submitted_content',
  '/hand-over/:id': 'handed_over_campaign',
  '/monitor/:id': 'running_campaign',
  '/channels/:id': 'channel',
  '/applications/:id': 'application',
  '/customers/:id': 'customer',
  '/imports/:id': 'import',
};

export interface Screen {
  name: string;
  url: string;
  person: Role;
}

export const kScreens: Screen[] = kPages.map(({ path }) => {
  const id = world.ids[kIds[path] ?? ''];
  if (path.includes(':') && !id)
    throw new Error(`nothing to show on ${path}: add it to tests/e2e/screens.ts`);
  const url = path.replace(':id', id ?? '').replace(':review', world.ids.review ?? '');
  return {
    name: path === '/' ? 'home' : path.replace(/^\//, '').replaceAll('/', '_').replaceAll(':', ''),
    url,
    person: kPerson[path] ?? 'marketing',
  };
});
