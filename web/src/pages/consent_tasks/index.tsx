import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="consent_tasks">{null}</Page>;
}
