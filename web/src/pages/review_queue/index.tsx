import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="review_queue">{null}</Page>;
}
