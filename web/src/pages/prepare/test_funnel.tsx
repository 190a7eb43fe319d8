// What the dry run found, as steps from everybody to those who would be sent to: each step takes its part away,
// and the parts sum to the audience.
import { theme } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { formatShare } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { stateColour } from '@/app/theme';
import { Conservation } from '@/pages/monitor/conservation';
import { partsOf, sumOfParts } from './funnel';

export function TestFunnel({ funnel }: { funnel: Schema<'Funnel'> }) {
  const { t } = useTranslation('prepare');
  const term = useTerm();
  const { token } = theme.useToken();
  const { count, language } = useFormat();
  const { dark } = usePreferences();
  const parts = partsOf(funnel);
  const colour = {
    audience: token.colorPrimary,
    refused: 'refused',
    held: 'queued',
    would_send: 'delivered',
  };
  return (
    <>
      <table className="funnel" style={{ width: '100%', borderSpacing: '0 4px' }}>
        <caption className="visually-hidden">{t('test.funnel')}</caption>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t('test.funnel_part')}</th>
            <th scope="col">{t('test.funnel_people')}</th>
            <th scope="col">{t('test.funnel_share')}</th>
            <th scope="col">{t('test.funnel_bar')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.kind + part.reason}>
              <th scope="row" style={{ textAlign: 'start', fontWeight: part.reason ? 400 : 600 }}>
                {part.reason
                  ? t(`test.part_${part.kind}`, { reason: term('reason', part.reason) })
                  : t(`test.part_${part.kind}`)}
              </th>
              <td className="tabular" style={{ textAlign: 'end', paddingInline: 12 }}>
                {part.kind === 'refused' || part.kind === 'held' ? (
                  `−${count(part.count)}`
                ) : (
                  <b>{count(part.count)}</b>
                )}
              </td>
              <td className="tabular" style={{ textAlign: 'end', paddingInlineEnd: 12 }}>
                {formatShare(part.count, funnel.audience, language)}
              </td>
              <td style={{ width: '45%' }}>
                <div
                  aria-hidden
                  style={{ background: token.colorFillSecondary, height: 14, borderRadius: 3 }}
                >
                  <div
                    style={{
                      marginInlineStart: `${100 * part.from}%`,
                      width: `${100 * part.width}%`,
                      minWidth: part.count > 0 ? 2 : 0,
                      height: '100%',
                      borderRadius: 3,
                      background:
                        part.kind === 'audience' ? colour.audience : stateColour(colour[part.kind], dark),
                    }}
                  />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div style={{ marginBlock: 8 }}>
        <Conservation sum={sumOfParts(funnel)} whole={funnel.audience} holds />
      </div>
    </>
  );
}
