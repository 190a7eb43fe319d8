// 制度对照: every clause of the policy with its control, its live figures and the tests that prove it.
import { Card, Flex, Tag, Typography } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { FilterSelect, FilterText } from '@/components/filters';
import { Figure, Figures, TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { useUrlFilters } from '@/components/url_filters';
import { figureText, matchClauses, partsOf } from './clauses';

type Clause = Schema<'PolicyClause'>;

const kStates = ['enforced', 'evidenced', 'partly', 'not_yet'] as const;

function ClauseCard({ clause }: { clause: Clause }) {
  const { t } = useTranslation('policy_map');
  const { language } = useFormat();
  const zh = language === 'zh';
  const missing = zh ? clause.missing_zh : clause.missing_en;
  return (
    <Card size="small" id={`clause-${clause.number}`}>
      <Flex gap={10} align="baseline" wrap>
        <Typography.Text strong className="tabular">
          {clause.number}
        </Typography.Text>
        <TermTag list="policy_state" name={clause.state} />
        <Typography.Text style={{ flex: '1 1 320px' }}>
          {zh ? clause.text_zh : clause.text_en}
        </Typography.Text>
      </Flex>
      <Typography.Paragraph style={{ margin: '8px 0 0' }}>
        <Typography.Text type="secondary">{t('control')}</Typography.Text>{' '}
        {(zh ? clause.control_zh : clause.control_en) || '—'}
      </Typography.Paragraph>
      {missing && (
        <Typography.Paragraph style={{ margin: '4px 0 0' }}>
          <Typography.Text type="secondary">{t('missing')}</Typography.Text> {missing}
        </Typography.Paragraph>
      )}
      {clause.figures.length > 0 && (
        <Flex gap={20} wrap style={{ marginBlockStart: 8 }}>
          {clause.figures.map((figure) => (
            <span key={figure.name} className="tabular">
              {t(`figures.${figure.name}`, { defaultValue: figure.name })}{' '}
              <b>{figureText(figure, language)}</b>
            </span>
          ))}
        </Flex>
      )}
      {clause.tests.length > 0 && (
        <Flex gap={4} wrap style={{ marginBlockStart: 8 }}>
          <Typography.Text type="secondary">{t('tests')}</Typography.Text>
          {clause.tests.map((test) => (
            <Tag key={test} className="mono">
              {test}
            </Tag>
          ))}
        </Flex>
      )}
    </Card>
  );
}

export default function PolicyMap() {
  const { t } = useTranslation('policy_map');
  const term = useTerm();
  const { count } = useFormat();
  const [filters, setFilters] = useUrlFilters(['state', 'q'] as const);
  const query = $api.useQuery('get', '/api/v1/policy_map', {}, { refetchInterval: 60_000 });
  const parts = useMemo(
    () => partsOf(matchClauses(query.data?.clauses ?? [], filters.state, filters.q)),
    [query.data, filters],
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <QueryView query={query}>
        {(map) => (
          <Flex vertical gap={16}>
            <Card>
              <Figures>
                {kStates.map((state) => (
                  <Figure
                    key={state}
                    name={term('policy_state', state)}
                    value={count(map.counts[state] ?? 0)}
                  />
                ))}
                <Figure name={t('at')} value={<TimeText value={map.at} />} />
              </Figures>
            </Card>
            <Flex gap={8} wrap>
              <FilterSelect
                label={t('state')}
                value={filters.state}
                options={kStates.map((value) => ({ value, label: term('policy_state', value) }))}
                onChange={(state) => setFilters({ state })}
              />
              <FilterText
                label={t('search')}
                value={filters.q}
                onChange={(q) => setFilters({ q })}
                width={240}
              />
            </Flex>
            {parts.map(({ part, clauses }) => (
              <section key={part} aria-label={part}>
                <Typography.Title level={2} style={{ fontSize: 17 }}>
                  {t(`parts.${part}`, { defaultValue: part })}
                </Typography.Title>
                <Flex vertical gap={8}>
                  {clauses.map((clause) => (
                    <ClauseCard key={clause.number} clause={clause} />
                  ))}
                </Flex>
              </section>
            ))}
            {parts.length === 0 && <Typography.Text type="secondary">{t('none')}</Typography.Text>}
          </Flex>
        )}
      </QueryView>
    </Page>
  );
}
