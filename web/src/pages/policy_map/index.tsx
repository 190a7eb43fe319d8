import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="policy_map">{null}</Page>;
}
