import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="hand_over">{null}</Page>;
}
