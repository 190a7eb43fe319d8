import { Page } from '@/components/page';

export default function Unwritten() {
  return <Page title="import_wizard">{null}</Page>;
}
