import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="carrier_codes">{null}</Page>;
}
