import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="campaign_monitor">{null}</Page>;
}
