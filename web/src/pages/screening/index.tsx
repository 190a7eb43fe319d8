// By which rules texts are screened: the rule packs in force, the company's allowed phrases and the brands it knows.
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { Page } from '@/components/page';
import { AllowPhrases } from './allow_phrases';
import { Brands } from './brands';
import { RulePacks } from './rule_packs';

export default function Screening() {
  const { t } = useTranslation('screening');
  const can = useCan();
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <Flex vertical gap={16}>
        {can('setting.read') && <RulePacks />}
        {can('content.read') && <AllowPhrases />}
        {can('content.read') && <Brands />}
      </Flex>
    </Page>
  );
}
