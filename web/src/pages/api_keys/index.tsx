import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="api_keys">{null}</Page>;
}
