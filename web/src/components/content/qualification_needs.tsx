// The documents that approving a content needs, and how each stands.
import { Alert, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { TermTag, TimeText } from '../marks';
import { isMet } from './sector_items';

export function QualificationNeeds({ needs }: { needs: readonly Schema<'QualificationNeed'>[] }) {
  const { t } = useTranslation('review');
  if (needs.length === 0) return null;
  const met = needs.every(isMet);
  return (
    <Alert
      id="documents"
      type={met ? 'success' : 'error'}
      showIcon
      title={t(met ? 'documents.met' : 'documents.open')}
      description={
        <Flex vertical gap={4}>
          {needs.map((need) => (
            <Flex key={need.kinds.join('|')} gap="2px 8px" wrap align="center">
              <b>{need.kinds.join(t('or'))}</b>
              {need.standing ? (
                <TermTag list="qualification_standing" name={need.standing} />
              ) : (
                <Typography.Text type="danger">{t('documents.none')}</Typography.Text>
              )}
              {need.document && (
                <Typography.Text type="secondary">
                  {need.kinds.length > 1 && `${need.document.kind}${t('colon')}`}
                  {need.document.title} {need.document.number}{' '}
                  {need.document.valid_until && (
                    <>
                      {t('documents.until')} <TimeText value={need.document.valid_until} detail="date" />
                    </>
                  )}
                </Typography.Text>
              )}
            </Flex>
          ))}
          {!met && (
            <Link to="/qualifications" style={{ textDecoration: 'underline' }}>
              {t('documents.register')}
            </Link>
          )}
        </Flex>
      }
    />
  );
}
