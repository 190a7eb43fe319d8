// How often, and after what pause, a carrier's code leads to another attempt.
import { Button, Flex, InputNumber, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { Section } from '@/components/section';

type Rule = Schema<'RetryRuleView'>;

const kMostTimes = 3;
const kMostSeconds = 604_800;

function Editor({ rule }: { rule: Rule }) {
  const { t } = useTranslation('carrier_codes');
  const term = useTerm();
  const can = useCan();
  const [times, setTimes] = useState(rule.times);
  const [pause, setPause] = useState(rule.pause_seconds);
  const save = useAction(
    () => api.PUT('/api/v1/retry_rules', { body: { ...rule, times, pause_seconds: pause } }),
    { done: t('rules.saved') },
  );
  const of = t('rules.of', {
    message_class: term('message_class', rule.message_class),
    action: term('code_action', rule.action),
  });
  const locked = !can('channel.write');
  const changed = times !== rule.times || pause !== rule.pause_seconds;
  return (
    <Flex gap={8} align="center">
      <InputNumber
        aria-label={`${t('rules.times')}: ${of}`}
        min={0}
        max={kMostTimes}
        precision={0}
        value={times}
        disabled={locked}
        onChange={(value) => setTimes(value ?? 0)}
        style={{ width: 72 }}
      />
      <InputNumber
        aria-label={`${t('rules.pause')}: ${of}`}
        min={0}
        max={kMostSeconds}
        precision={0}
        value={pause}
        disabled={locked}
        onChange={(value) => setPause(value ?? 0)}
        style={{ width: 110 }}
      />
      {!locked && (
        <Button disabled={!changed} loading={save.busy} onClick={() => save.run()}>
          {t('rules.save')}
        </Button>
      )}
    </Flex>
  );
}

export function RetryRules() {
  const { t } = useTranslation('carrier_codes');
  const term = useTerm();
  const { data } = $api.useQuery('get', '/api/v1/retry_rules');
  return (
    <Section title={t('rules.title')}>
      <p style={{ marginBlockStart: 0 }}>{t('rules.subtitle')}</p>
      <Table<Rule>
        size="small"
        pagination={false}
        rowKey={(rule) => `${rule.message_class} ${rule.action}`}
        dataSource={data?.items ?? []}
        scroll={{ x: 'max-content' }}
        columns={[
          {
            key: 'class',
            title: t('rules.class'),
            render: (_, rule) => term('message_class', rule.message_class),
          },
          { key: 'action', title: t('action'), render: (_, rule) => term('code_action', rule.action) },
          {
            key: 'rule',
            title: `${t('rules.times')} / ${t('rules.pause')}`,
            render: (_, rule) => <Editor key={`${rule.times} ${rule.pause_seconds}`} rule={rule} />,
          },
        ]}
      />
    </Section>
  );
}
