import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="channels">{null}</Page>;
}
