import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="users">{null}</Page>;
}
