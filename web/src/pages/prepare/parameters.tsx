// The parameters of a campaign: over which channel, from when, in which hours, how fast, when to stop by itself.
import { Alert, App, Button, Flex, Form, InputNumber, Select, type SelectProps, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import type { Problem } from '@/api/problem';
import { formatMinuteOfDay } from '@/app/format';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { leftToSay } from '@/components/form_faults';
import { MinuteSelect } from '@/components/minute_select';
import { ProblemAlert } from '@/components/problem_view';
import { Section } from '@/components/section';
import { useNow } from '@/components/use_now';
import { ZonedPicker } from '@/components/zoned_picker';
import { unfiledOf } from './filing';
import { Limits } from './limits';
import { Outlook } from './outlook';
import { whyNoParameters } from './road';
import { companyWindow } from './schedule';

type Parameters = Schema<'CampaignParameters'>;
type Channel = Schema<'ChannelView'>;

type Route = Schema<'RouteView'>;

interface Props {
  campaign: Schema<'CampaignView'>;
  /** That the content bears; absent: it bears none, or nobody knows it. */
  signatureId: string | undefined;
  channels: Channel[];
  segments: number;
  /** What a rehearsal of these very parameters found. */
  rehearsed: Schema<'RehearsalResult'> | undefined;
  onUnsaved: (unsaved: boolean) => void;
}

/** As ids of routes begin. */
const kRoutePrefix = 'rte_';
const kDefaults = { window_start_minute: 540, window_end_minute: 1200, segments_per_second: 0 };

function useChannelOptions(channels: Channel[]) {
  const { t } = useTranslation('prepare');
  const term = useTerm();
  return channels.map((channel) => {
    const { window_start_minute: from, window_end_minute: to } = channel.options;
    const state =
      channel.use === 'disabled'
        ? term('channel_use', 'disabled')
        : term('link_state', channel.link?.state ?? 'stopped');
    return {
      value: channel.id,
      disabled: channel.use === 'disabled',
      label: t('parameters.channel_option', {
        name: channel.name,
        state,
        hours: `${formatMinuteOfDay(from)}–${formatMinuteOfDay(to)}`,
      }),
    };
  });
}

/** A channel or a route: one choice on the screen, two fields of the API. */
interface FormFields extends Omit<Parameters, 'channel_id' | 'route_id'> {
  way?: string;
}

function fieldsOf(parameters: Parameters | undefined): Partial<FormFields> {
  if (!parameters) return kDefaults;
  const { channel_id, route_id, ...rest } = parameters;
  return { ...kDefaults, ...rest, way: route_id ?? channel_id };
}

function parametersOf({ way, ...rest }: Partial<FormFields>): Partial<Parameters> {
  if (!way) return rest;
  return way.startsWith(kRoutePrefix) ? { ...rest, route_id: way } : { ...rest, channel_id: way };
}

function Fields({
  campaign,
  channels,
  routes,
  company,
  disabled,
}: {
  campaign: Schema<'CampaignView'>;
  channels: Channel[];
  routes: Route[];
  company: Schema<'SendingSettingsView'> | undefined;
  disabled: boolean;
}) {
  const { t } = useTranslation('prepare');
  const { t: common } = useTranslation();
  const options = useChannelOptions(channels);
  const ofRoutes = routes.map((route) => ({ value: route.id, label: route.name }));
  const choices: SelectProps['options'] =
    routes.length === 0
      ? options
      : [
          { label: t('parameters.routes'), options: ofRoutes },
          { label: t('parameters.channels'), options },
        ];
  return (
    <div className="fields-2">
      <Form.Item
        name="way"
        label={t('parameters.channel')}
        rules={[{ required: true, message: common('state.required') }]}
        className="field-wide"
      >
        <Select options={choices} placeholder={t('parameters.choose_channel')} />
      </Form.Item>
      <Form.Item name="window_start_minute" label={t('parameters.window_start')}>
        <MinuteSelect maximum={1439} />
      </Form.Item>
      <Form.Item
        name="window_end_minute"
        label={t('parameters.window_end')}
        dependencies={['window_start_minute']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value: number) =>
              value > getFieldValue('window_start_minute')
                ? Promise.resolve()
                : Promise.reject(new Error(t('parameters.window_order'))),
          }),
        ]}
      >
        <MinuteSelect minimum={1} />
      </Form.Item>
      <Form.Item name="scheduled_at" label={t('parameters.scheduled')} extra={t('parameters.scheduled_hint')}>
        <ZonedPicker />
      </Form.Item>
      <Form.Item name="segments_per_second" label={t('parameters.rate')} extra={t('parameters.rate_hint')}>
        <InputNumber min={0} max={1_000_000} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item
        name="failure_pause_percent"
        label={t('parameters.pause')}
        extra={
          company
            ? t('parameters.pause_hint', {
                percent: company.failure_pause_percent,
                minimum: company.failure_pause_minimum,
              })
            : t('parameters.pause_hint_unknown')
        }
        className="field-wide"
      >
        <InputNumber min={0} max={100} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Limits campaign={campaign} company={company} disabled={disabled} />
    </div>
  );
}

/** Says before the test what it would say: where the signature is not filed. */
function Unfiled({
  signatureId,
  choice,
  routes,
}: {
  signatureId: string | undefined;
  choice: Partial<Parameters>;
  routes: Route[];
}) {
  const { t } = useTranslation('prepare');
  const can = useCan();
  const { data } = $api.useQuery(
    'get',
    '/api/v1/signatures/{signature_id}/filings',
    { params: { path: { signature_id: signatureId ?? '' } } },
    { enabled: signatureId !== undefined && can('signature.read') },
  );
  const unfiled = unfiledOf(choice, routes, data?.items ?? []);
  if (!unfiled) return null;
  return (
    <Alert
      type={unfiled.left === 'none' ? 'error' : 'warning'}
      showIcon
      style={{ marginBlockEnd: 12 }}
      title={t(`parameters.unfiled_${unfiled.left}`, {
        channels: unfiled.channels.join(t('parameters.separator')),
      })}
      action={<Link to={`/signatures/${signatureId}`}>{t('parameters.to_signature')}</Link>}
    />
  );
}

export function ParametersForm({ campaign, signatureId, channels, segments, rehearsed, onUnsaved }: Props) {
  const { t } = useTranslation('prepare');
  const can = useCan();
  const { modal } = App.useApp();
  const [form] = Form.useForm<FormFields>();
  const [fault, setFault] = useState<Problem>();
  const watched = Form.useWatch([], form) as Partial<FormFields> | undefined;
  const values: Partial<Parameters> = parametersOf(watched ?? fieldsOf(campaign.parameters));
  const { data: routes } = $api.useQuery(
    'get',
    '/api/v1/routes',
    { params: { query: { limit: 200 } } },
    { enabled: can('channel.read') },
  );
  const now = useNow(30_000);
  const { data: settings } = $api.useQuery(
    'get',
    '/api/v1/settings/sending',
    {},
    { enabled: can('setting.read') },
  );
  const save = useAction(
    async (body: Parameters) => {
      try {
        return await api.PUT('/api/v1/campaigns/{campaign_id}/parameters', {
          params: { path: { campaign_id: campaign.id }, header: ifMatch(campaign.version) },
          body,
        });
      } catch (error) {
        setFault(leftToSay(form, error));
        throw error;
      }
    },
    { done: t('parameters.saved'), onDone: () => onUnsaved(false), showsErrors: true },
  );
  const whyNot = whyNoParameters(campaign);
  const disabled = whyNot !== null || !can('campaign.parameters');
  const submit = (fields: FormFields) => {
    const given = parametersOf(fields);
    setFault(undefined);
    // A field that was emptied is left out: the server then takes its own.
    const body = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
    ) as unknown as Parameters;
    if (campaign.state === 'ready' || campaign.state === 'scheduled')
      modal.confirm({
        title: t('parameters.voids_test'),
        content: t('parameters.voids_test_hint'),
        onOk: () => save.run(body),
      });
    else save.run(body);
  };
  const channel = channels.find((each) => each.id === values.channel_id);
  return (
    <Section title={t('parameters.title')}>
      <Form<FormFields>
        form={form}
        layout="vertical"
        initialValues={fieldsOf(campaign.parameters)}
        disabled={disabled}
        onValuesChange={() => onUnsaved(true)}
        onFinish={submit}
      >
        <Fields
          campaign={campaign}
          channels={channels}
          routes={routes?.items ?? []}
          company={settings}
          disabled={disabled}
        />
        <Unfiled signatureId={signatureId} choice={values} routes={routes?.items ?? []} />
        <Outlook
          values={values}
          channel={channel}
          company={settings && companyWindow(settings.windows, campaign.message_class)}
          validity={settings?.validity[`${campaign.message_class}_seconds`]}
          segments={segments}
          rehearsed={rehearsed?.forecast}
          now={now}
        />
        {fault !== null && (
          <div style={{ marginBlockStart: 12 }}>
            <ProblemAlert error={fault} />
          </div>
        )}
        {can('campaign.parameters') && (
          <Flex justify="flex-end" style={{ marginBlockStart: 12 }}>
            <Tooltip title={whyNot ? t(`why.${whyNot}`) : ''}>
              <Button
                type={campaign.parameters ? 'default' : 'primary'}
                htmlType="submit"
                loading={save.busy}
                disabled={whyNot !== null}
              >
                {t('parameters.save')}
              </Button>
            </Tooltip>
          </Flex>
        )}
      </Form>
    </Section>
  );
}
