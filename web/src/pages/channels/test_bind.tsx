// Tries a channel's account: binds once and unbinds, and says how it went.
import { ApiOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { TimeText } from '@/components/marks';
import type { Protocol } from './protocols';

type Result = Schema<'TestBindResult'>;

/** `onFault` is told why the server did not even try; without it a notification says so. */
export function useTestBind(onFault?: (error: unknown) => void) {
  const [result, setResult] = useState<Result | null>(null);
  const action = useAction(
    async (body: Schema<'TestBind'>) => {
      setResult(null);
      try {
        const { data } = await api.POST('/api/v1/channels/test_bind', { body });
        return data ?? null;
      } catch (error) {
        onFault?.(error);
        throw error;
      }
    },
    // Trying changes nothing, so nothing is fetched anew.
    { refresh: [], onDone: setResult, showsErrors: onFault !== undefined },
  );
  return { run: action.run, busy: action.busy, result, clear: () => setResult(null) };
}

export function TestBindButton({ onClick, busy }: { onClick: () => void; busy: boolean }) {
  const { t } = useTranslation('channels');
  return (
    <Button icon={<ApiOutlined />} loading={busy} onClick={onClick}>
      {t('test_bind.button')}
    </Button>
  );
}

export function TestBindResult({ result, protocol }: { result: Result | null; protocol?: Protocol }) {
  const { t } = useTranslation('channels');
  const term = useTerm();
  if (!result) return null;
  const bound = result.outcome === 'bound';
  return (
    <Alert
      type={bound ? 'success' : 'error'}
      showIcon
      role="status"
      style={{ marginBlock: 12 }}
      title={t('test_bind.result', {
        outcome: term('test_bind', result.outcome),
        milliseconds: result.duration_ms,
      })}
      description={
        <>
          {result.detail && <div className="message-text">{result.detail}</div>}
          {!bound && <div>{t(`test_bind.hint_${result.outcome}`, { defaultValue: '' })}</div>}
          {bound && protocol === 'sgip' && <div>{t('test_bind.one_way')}</div>}
          <TimeText value={result.at} detail="second" />
        </>
      }
    />
  );
}
