// How a refusal or failure is shown: what it means, what the server said, where the fault is.
import { Alert, Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '@/api/problem';
import { useTerm } from '@/app/terms';

function instanceOf(problem: Problem): string | undefined {
  const instance = problem.extensions.instance;
  return typeof instance === 'string' ? instance.replace('urn:yizhan:request:', '') : undefined;
}

/** One paragraph: what happened, then the server's own words, then the fields. */
export function ProblemText({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const instance = instanceOf(problem);
  return (
    <div>
      {problem.detail && <div className="message-text">{problem.detail}</div>}
      {problem.errors.length > 0 && (
        <>
          <div>{t('problem.fields')}</div>
          <ul style={{ margin: 0, paddingInlineStart: 20 }}>
            {problem.errors.map((fault) => (
              <li key={fault.field + fault.code}>
                <span className="mono">{fault.field}</span> {fault.message}
              </li>
            ))}
          </ul>
        </>
      )}
      {problem.status >= 500 && instance && (
        <div className="mono">
          {t('problem.instance')} {instance}
        </div>
      )}
    </div>
  );
}

export function ProblemAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <Alert
      type={problem.status === 409 ? 'warning' : 'error'}
      showIcon
      role="alert"
      title={term('error', problem.code)}
      description={<ProblemText problem={problem} />}
      action={onRetry && <Button onClick={onRetry}>{t('action.retry')}</Button>}
    />
  );
}

/** In place of a page or a panel. */
export function ProblemResult({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const problem = asProblem(error);
  if (problem.status === 403) return <NoPermission />;
  if (problem.status === 404)
    return <Result status="404" title={term('error', 'not_found')} subTitle={t('state.not_found_hint')} />;
  return (
    <Result
      status={problem.status >= 500 || problem.status === 0 ? 'error' : 'warning'}
      title={term('error', problem.code)}
      subTitle={<ProblemText problem={problem} />}
      extra={onRetry && <Button onClick={onRetry}>{t('action.retry')}</Button>}
    />
  );
}

export function NoPermission() {
  const { t } = useTranslation();
  return <Result status="403" title={t('state.no_permission')} subTitle={t('state.no_permission_hint')} />;
}
