// Every page of the console: where it is, who may see it, where it stands in the menu. The menu, the router, the
// command palette, the screenshots and the accessibility tests are made from this one list.
import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BarChartOutlined,
  BranchesOutlined,
  CheckSquareOutlined,
  CloudUploadOutlined,
  ClusterOutlined,
  ControlOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  FileDoneOutlined,
  FileProtectOutlined,
  FileTextOutlined,
  FilterOutlined,
  HeartOutlined,
  HomeOutlined,
  InboxOutlined,
  KeyOutlined,
  LineChartOutlined,
  MobileOutlined,
  ReadOutlined,
  SafetyCertificateOutlined,
  SendOutlined,
  SolutionOutlined,
  StopOutlined,
  TableOutlined,
  TagOutlined,
  TeamOutlined,
  UsergroupAddOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { type ComponentType, lazy, type LazyExoticComponent, type ReactNode } from 'react';

export type Group = 'marketing' | 'compliance' | 'technology' | 'service' | 'customers_group' | 'admin';

export interface PageEntry {
  path: string;
  page: LazyExoticComponent<ComponentType>;
  /** Any one of these lets a person in; the server decides all the same. */
  permissions: string[];
  /** In the menu under this key of common:nav; pages without one are reached from others. */
  nav?: string;
  group?: Group;
  icon?: ReactNode;
}

type Load = () => Promise<{ default: ComponentType }>;

function entry(
  path: string,
  load: Load,
  permissions: string[],
  nav?: Omit<PageEntry, 'path' | 'page' | 'permissions'>,
): PageEntry {
  return { path, page: lazy(load), permissions, ...nav };
}

export const kPages: PageEntry[] = [
  entry('/', () => import('@/pages/home'), ['self'], { nav: 'home', icon: <HomeOutlined /> }),
  entry('/profile', () => import('@/pages/profile'), ['self']),

  entry('/campaigns', () => import('@/pages/campaigns'), ['campaign.read'], {
    nav: 'campaigns',
    group: 'marketing',
    icon: <SendOutlined />,
  }),
  entry('/campaigns/new', () => import('@/pages/campaign_plan'), ['campaign.plan']),
  entry('/campaigns/:id', () => import('@/pages/campaign'), ['campaign.read']),
  entry('/campaigns/:id/edit', () => import('@/pages/campaign_plan'), ['campaign.plan']),
  entry('/campaigns/:id/messages', () => import('@/pages/messages'), ['message.read']),
  entry('/messages/:id', () => import('@/pages/message'), ['message.read']),
  entry('/contents', () => import('@/pages/contents'), ['content.read'], {
    nav: 'contents',
    group: 'marketing',
    icon: <FileTextOutlined />,
  }),
  entry('/contents/new', () => import('@/pages/content'), ['content.write']),
  entry('/contents/:id', () => import('@/pages/content'), ['content.read']),
  entry('/contents/:id/opinions/:review', () => import('@/pages/opinion'), ['content.read']),
  entry('/signatures', () => import('@/pages/signatures'), ['signature.read'], {
    nav: 'signatures',
    group: 'marketing',
    icon: <TagOutlined />,
  }),
  entry('/signatures/:id', () => import('@/pages/signature'), ['signature.read']),
  entry('/reports', () => import('@/pages/reports'), ['report.read'], {
    nav: 'reports',
    group: 'marketing',
    icon: <FileDoneOutlined />,
  }),
  entry('/reports/:id', () => import('@/pages/report'), ['report.read']),
  entry('/compare', () => import('@/pages/compare'), ['report.read'], {
    nav: 'compare',
    group: 'marketing',
    icon: <BarChartOutlined />,
  }),

  entry('/review', () => import('@/pages/review_queue'), ['content.review'], {
    nav: 'review_queue',
    group: 'compliance',
    icon: <CheckSquareOutlined />,
  }),
  entry('/review/:id', () => import('@/pages/review'), ['content.review']),
  entry('/review_statistics', () => import('@/pages/review_statistics'), ['content.review', 'audit.read'], {
    nav: 'review_statistics',
    group: 'compliance',
    icon: <LineChartOutlined />,
  }),
  entry('/qualifications', () => import('@/pages/qualifications'), ['qualification.read'], {
    nav: 'qualifications',
    group: 'compliance',
    icon: <FileProtectOutlined />,
  }),
  entry('/screening', () => import('@/pages/screening'), ['setting.read', 'content.read'], {
    nav: 'screening',
    group: 'compliance',
    icon: <FilterOutlined />,
  }),

  entry('/hand-over', () => import('@/pages/hand_over'), ['campaign.parameters'], {
    nav: 'hand_over',
    group: 'technology',
    icon: <InboxOutlined />,
  }),
  entry('/hand-over/:id', () => import('@/pages/prepare'), ['campaign.read']),
  entry('/monitor', () => import('@/pages/monitor'), ['monitor'], {
    nav: 'monitor',
    group: 'technology',
    icon: <DashboardOutlined />,
  }),
  entry('/monitor/:id', () => import('@/pages/campaign_monitor'), ['monitor']),
  entry('/channels', () => import('@/pages/channels'), ['channel.read'], {
    nav: 'channels',
    group: 'technology',
    icon: <ClusterOutlined />,
  }),
  entry('/channels/:id', () => import('@/pages/channel'), ['channel.read']),
  entry('/routes', () => import('@/pages/routes'), ['channel.read'], {
    nav: 'routes',
    group: 'technology',
    icon: <BranchesOutlined />,
  }),
  entry('/applications', () => import('@/pages/applications'), ['application.read'], {
    nav: 'applications',
    group: 'technology',
    icon: <AppstoreOutlined />,
  }),
  entry('/applications/:id', () => import('@/pages/application'), ['application.read']),
  entry('/carrier-codes', () => import('@/pages/carrier_codes'), ['channel.read'], {
    nav: 'carrier_codes',
    group: 'technology',
    icon: <TableOutlined />,
  }),
  entry('/test-handsets', () => import('@/pages/test_handsets'), ['campaign.read'], {
    nav: 'test_handsets',
    group: 'technology',
    icon: <MobileOutlined />,
  }),

  entry('/look-up', () => import('@/pages/look_up'), ['customer.read'], {
    nav: 'look_up',
    group: 'service',
    icon: <CustomerServiceOutlined />,
  }),
  entry('/consent-tasks', () => import('@/pages/consent_tasks'), ['consent.read'], {
    nav: 'consent_tasks',
    group: 'service',
    icon: <SolutionOutlined />,
  }),

  entry('/customers', () => import('@/pages/customers'), ['customer.read'], {
    nav: 'customers',
    group: 'customers_group',
    icon: <TeamOutlined />,
  }),
  entry('/customers/:id', () => import('@/pages/customer'), ['customer.read']),
  entry('/imports', () => import('@/pages/imports'), ['customer.read', 'customer.import'], {
    nav: 'imports',
    group: 'customers_group',
    icon: <CloudUploadOutlined />,
  }),
  entry('/imports/new', () => import('@/pages/import_wizard'), ['customer.import']),
  entry('/imports/:id', () => import('@/pages/import'), ['customer.read', 'customer.import']),
  entry('/segments', () => import('@/pages/segments'), ['customer.read'], {
    nav: 'segments',
    group: 'customers_group',
    icon: <UsergroupAddOutlined />,
  }),
  entry('/consents', () => import('@/pages/consents'), ['consent.read'], {
    nav: 'consents',
    group: 'customers_group',
    icon: <ReadOutlined />,
  }),
  entry('/suppressions', () => import('@/pages/suppressions'), ['consent.read'], {
    nav: 'suppressions',
    group: 'customers_group',
    icon: <StopOutlined />,
  }),

  entry('/users', () => import('@/pages/users'), ['user.manage'], {
    nav: 'users',
    group: 'admin',
    icon: <UserOutlined />,
  }),
  entry('/api-keys', () => import('@/pages/api_keys'), ['api_key.manage'], {
    nav: 'api_keys',
    group: 'admin',
    icon: <KeyOutlined />,
  }),
  entry('/audit', () => import('@/pages/audit'), ['audit.read'], {
    nav: 'audit',
    group: 'admin',
    icon: <AuditOutlined />,
  }),
  entry('/settings', () => import('@/pages/settings'), ['setting.read'], {
    nav: 'settings',
    group: 'admin',
    icon: <ControlOutlined />,
  }),
  entry('/health', () => import('@/pages/health'), ['metrics.read'], {
    nav: 'health',
    group: 'admin',
    icon: <HeartOutlined />,
  }),
  entry('/policy', () => import('@/pages/policy_map'), ['self'], {
    nav: 'policy_map',
    group: 'admin',
    icon: <SafetyCertificateOutlined />,
  }),
];

export const kGroups: { group: Group; icon: ReactNode }[] = [
  { group: 'marketing', icon: <SendOutlined /> },
  { group: 'compliance', icon: <CheckSquareOutlined /> },
  { group: 'technology', icon: <ClusterOutlined /> },
  { group: 'service', icon: <CustomerServiceOutlined /> },
  { group: 'customers_group', icon: <TeamOutlined /> },
  { group: 'admin', icon: <ApiOutlined /> },
];
