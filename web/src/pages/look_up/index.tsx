import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="look_up">{null}</Page>;
}
