import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="test_handsets">{null}</Page>;
}
