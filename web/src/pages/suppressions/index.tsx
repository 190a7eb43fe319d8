import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="suppressions">{null}</Page>;
}
