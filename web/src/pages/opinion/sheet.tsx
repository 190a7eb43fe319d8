// The opinion as one A4 sheet: the same on screen and on paper, in both themes dark on white. It says what the numbered
// document says: names and findings as of the decision.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { zoneText } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { sortedFindings } from '@/components/content/findings';
import { ruleOf, useHowMatched } from '@/components/content/finding_view';
import { JudgementList } from '@/components/content/open_problem_view';
import { quoteOf } from '@/components/content/problem_list';
import { SecondReviewReasons } from '@/components/content/second_review';
import { titleOf } from '@/components/content/sector_items';
import './opinion.css';

type Props = Schema<'OpinionView'>;

export function Sheet(props: Props) {
  const { t } = useTranslation('opinion');
  const { t: words } = useTranslation('review');
  const { review } = props;
  return (
    <article className="opinion-sheet">
      <header>
        <p className="opinion-title">{t('title')}</p>
        <p>
          {t('number')} <b className="mono">{review.opinion_number}</b>
        </p>
        {props.basis_time === 'as_now' && <p role="note">{t('as_now')}</p>}
      </header>
      <Section title={t('subject')}>
        <Subject {...props} />
      </Section>
      <Section title={t('text')}>
        <MessageText {...props} />
      </Section>
      <Section title={t('checklist')}>
        <Checklist {...props} />
      </Section>
      {review.sector_answers.length > 0 && (
        <Section title={t('sectors')}>
          <SectorAnswers {...props} />
        </Section>
      )}
      {review.documents.length > 0 && (
        <Section title={t('documents')}>
          <ul>
            {review.documents.map((document) => (
              <li key={document.id}>
                {document.kind}
                {words('colon')}
                {document.title} {document.number}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {review.second_review.length > 0 && (
        <Section title={t('second_review')}>
          <SecondReviewReasons reasons={review.second_review} />
        </Section>
      )}
      <Section title={t('findings')}>
        <Findings {...props} />
      </Section>
      {review.judgements.length > 0 && (
        <Section title={t('judgements')}>
          <JudgementList judgements={review.judgements} />
        </Section>
      )}
      <Section title={t('problems')}>
        <Problems {...props} />
      </Section>
      <Section title={t('opinion')}>
        <p className="message-text">{review.opinion || '—'}</p>
      </Section>
      <Section title={t('hands')}>
        <Hands {...props} />
      </Section>
      <Signature {...props} />
    </article>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Subject({ review, text, basis }: Props) {
  const { t } = useTranslation('opinion');
  const { t: words } = useTranslation('review');
  const term = useTerm();
  const { language } = usePreferences();
  const { screening } = basis;
  const sectors = [
    ...screening.sectors.map((sector) => titleOf(sector, language)),
    ...(text.sectors ?? []).filter((id) => !screening.sectors.some((sector) => sector.id === id)),
  ];
  const rows: [string, ReactNode][] = [
    [t('name'), basis.content_name],
    [t('class'), term('message_class', text.message_class)],
    [t('purpose'), text.purpose || '—'],
    [t('version'), t('version_of', { number: review.version_number, round: review.round })],
    [t('hash'), <span className="mono">{review.version_hash}</span>],
    [
      t('packs'),
      screening.rule_packs.map((pack) => `${pack.id} ${pack.version}`).join(words('separator')) || '—',
    ],
    [t('verdict'), term('verdict', screening.verdict)],
    [t('found_sectors'), sectors.join(words('separator')) || '—'],
    [t('personal_data'), t(basis.carries_personal_data ? 'carried' : 'not_carried')],
    [t('decision'), <b>{term('review_decision', review.decision)}</b>],
  ];
  return (
    <table>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MessageText({ text }: Props) {
  const { t } = useTranslation('opinion');
  const { t: words } = useTranslation('review');
  return (
    <>
      <p className="message-text opinion-message">
        {text.signature && `【${text.signature}】`}
        {text.body}
        {text.opt_out_text}
      </p>
      {text.variables.length > 0 && (
        <p>
          {t('variables')}{' '}
          {text.variables
            .map((v) => t('variable', { name: `{${v.name}}`, length: v.max_length }))
            .join(words('separator'))}
        </p>
      )}
    </>
  );
}

interface Answered {
  key: string;
  name: string;
  asked: string;
  answer: Schema<'Answer'>;
  note: string;
}

function AnswerTable({ answers }: { answers: readonly Answered[] }) {
  const { t } = useTranslation('opinion');
  const { t: words } = useTranslation('review');
  return (
    <table className="opinion-checklist">
      <thead>
        <tr>
          <th scope="col">{t('point')}</th>
          <th scope="col">{t('answer')}</th>
          <th scope="col">{t('note')}</th>
        </tr>
      </thead>
      <tbody>
        {answers.map((item) => (
          <tr key={item.key}>
            <td>
              <b>{item.name}</b>
              <br />
              <small>{item.asked}</small>
            </td>
            <td className="opinion-short">{words(`checklist.${item.answer}`)}</td>
            <td className="message-text">{item.note || '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Checklist({ review }: Props) {
  const { t } = useTranslation('review');
  const term = useTerm();
  return (
    <AnswerTable
      answers={review.checklist.map((item) => ({
        key: item.point,
        name: term('check_point', item.point),
        asked: t(`point.${item.point}`),
        answer: item.answer,
        note: item.note,
      }))}
    />
  );
}

function SectorAnswers({ review }: Props) {
  const term = useTerm();
  const { language } = usePreferences();
  return (
    <AnswerTable
      answers={review.sector_answers.map((item) => ({
        key: item.key,
        name: term('sector_item_kind', item.kind),
        asked: titleOf(item, language),
        answer: item.answer,
        note: item.note,
      }))}
    />
  );
}

function Findings({ review, basis }: Props) {
  const { t } = useTranslation('opinion');
  const { t: words } = useTranslation('review');
  const term = useTerm();
  const how = useHowMatched();
  const findings = sortedFindings(basis.screening.findings);
  if (findings.length === 0) return <p>{t('no_finding')}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('finding')}</th>
          <th scope="col">{t('basis')}</th>
          <th scope="col">{t('disposition')}</th>
        </tr>
      </thead>
      <tbody>
        {findings.map((finding) => {
          const given = review.dispositions.find((one) => one.finding === finding.index);
          return (
            <tr key={finding.index}>
              <td>
                {term('severity', finding.severity)} · {term('category', finding.category)}
                {finding.matched && `${words('colon')}“${finding.matched}”`}
                {finding.other_kinds.length > 0 && (
                  <>
                    <br />
                    {t('other_kinds')}
                    {finding.other_kinds
                      .map((kind) => term('category', kind.category))
                      .join(words('separator'))}
                  </>
                )}
                <br />
                <small>
                  {words(`part.${finding.part}`)} · {how(finding.how_matched)} · {ruleOf(finding)}
                </small>
              </td>
              <td>{finding.legal_basis || '—'}</td>
              <td>
                {given ? words(`disposition.${given.decision}`) : t('no_disposition')}
                {given?.reason && `${words('colon')}${given.reason}`}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Problems({ review, text }: Props) {
  const { t } = useTranslation('opinion');
  const { t: words } = useTranslation('review');
  const term = useTerm();
  if (review.problems.length === 0) return <p>{t('no_problem')}</p>;
  return (
    <ol>
      {review.problems.map((problem, index) => {
        const quote = quoteOf(problem, text);
        return (
          <li key={`${index}${problem.category}`}>
            {term('category', problem.category)}
            {problem.span && ` · ${words(`part.${problem.span.part}`)}`}
            {quote && ` “${quote}”`}
            {words('colon')}
            {problem.text}
          </li>
        );
      })}
    </ol>
  );
}

/** Who had to do with the version, in their order. */
function Hands({ basis }: Props) {
  const { t } = useTranslation('opinion');
  const { t: words } = useTranslation('review');
  const { time, zone } = useFormat();
  const term = useTerm();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('step')}</th>
          <th scope="col">{t('person')}</th>
          <th scope="col">{t('at', { zone: zoneText(zone, new Date(basis.hands.at(-1)?.at ?? 0)) })}</th>
        </tr>
      </thead>
      <tbody>
        {basis.hands.map((hand) => (
          <tr key={`${hand.step}${hand.at}`}>
            <td>
              {hand.decision
                ? `${term('review_kind', hand.step)}${words('colon')}${term('review_decision', hand.decision)}`
                : t(hand.step)}
            </td>
            <td>{hand.name || t('system')}</td>
            <td className="opinion-short">{time(hand.at, 'second')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Signature({ review, basis }: Props) {
  const { t } = useTranslation('opinion');
  const { time, zone } = useFormat();
  return (
    <footer>
      <p>
        {t('reviewer')} {basis.hands.at(-1)?.name || t('system')}
      </p>
      <p>
        {t('time')} {time(review.reviewed_at, 'second')} {zoneText(zone, new Date(review.reviewed_at))}
      </p>
      <p className="opinion-line">{t('signature')}</p>
    </footer>
  );
}
