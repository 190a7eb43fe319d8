// What can be done with a content as it stands: first review, submission, withdrawal.
import { Alert, Button, Flex, Input, Modal, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';
import { type Answers, checklistOf, kPoints } from '@/components/content/checklist';
import { ChecklistForm } from '@/components/content/checklist_form';
import { allContested, unanswered } from '@/components/content/open_problems';
import { type Content, withCompliance } from './draft';

interface Props {
  content: Content;
  /** Whether there is text that is not saved: then the saved one is not what is meant. */
  dirty: boolean;
}

function params(content: Content) {
  return { path: { content_id: content.id }, header: ifMatch(content.version) };
}

export function Deeds({ content, dirty }: Props) {
  const { t } = useTranslation('content');
  const can = useCan();
  const navigate = useNavigate();
  const first = content.state === 'draft' || (content.state === 'rejected' && allContested(content));
  return (
    <>
      {can('content.first_review') && (first || content.state === 'first_reviewed') && (
        <FirstReview content={content} dirty={dirty} done={!first} />
      )}
      {can('content.submit') && ['draft', 'first_reviewed'].includes(content.state) && (
        <Submit content={content} dirty={dirty} />
      )}
      {can('content.review') && withCompliance(content) && (
        <Button type="primary" onClick={() => navigate(`/review/${content.id}`)}>
          {t('deed.review')}
        </Button>
      )}
      {can('content.review') && content.state === 'approved' && <Withdraw content={content} />}
    </>
  );
}

function Submit({ content, dirty }: Props) {
  const { t } = useTranslation('content');
  const submit = useAction(
    () => api.POST('/api/v1/contents/{content_id}/submit', { params: params(content) }),
    { done: t('deed.submitted') },
  );
  const blocked = content.latest.screening.verdict === 'block';
  const why = dirty
    ? t('deed.save_first')
    : blocked
      ? t('blocked')
      : unanswered(content).length > 0
        ? t('deed.answer_first')
        : content.state === 'draft'
          ? t('deed.first_review_first')
          : undefined;
  return (
    <Tooltip title={why}>
      <Button
        type={why ? 'default' : 'primary'}
        disabled={why !== undefined}
        loading={submit.busy}
        onClick={() => submit.run()}
      >
        {t('deed.submit')}
      </Button>
    </Tooltip>
  );
}

function Withdraw({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const [ask, dialog] = useReason();
  const withdraw = useAction(
    (reason: string) =>
      api.POST('/api/v1/contents/{content_id}/withdraw', { params: params(content), body: { reason } }),
    { done: t('deed.withdrawn') },
  );
  const run = async () => {
    const reason = await ask({
      title: t('deed.withdraw'),
      text: t('deed.withdraw_means'),
      confirm: t('deed.withdraw'),
      danger: true,
    });
    if (reason) withdraw.run(reason);
  };
  return (
    <>
      <Button danger loading={withdraw.busy} onClick={() => void run()}>
        {t('deed.withdraw')}
      </Button>
      {dialog}
    </>
  );
}

function FirstReview({ content, dirty, done }: Props & { done: boolean }) {
  const { t } = useTranslation('content');
  const [open, setOpen] = useState(false);
  const why = dirty ? t('deed.save_first') : done ? t('deed.first_review_done') : undefined;
  return (
    <>
      <Tooltip title={why}>
        <Button type={why ? 'default' : 'primary'} disabled={why !== undefined} onClick={() => setOpen(true)}>
          {t('deed.first_review')}
        </Button>
      </Tooltip>
      {open && <FirstReviewDialog content={content} onClose={() => setOpen(false)} />}
    </>
  );
}

function FirstReviewDialog({ content, onClose }: { content: Content; onClose: () => void }) {
  const { t } = useTranslation('content');
  const { t: common } = useTranslation();
  const [answers, setAnswers] = useState<Answers>({});
  const [note, setNote] = useState('');
  const review = useAction(
    (body: Schema<'FirstReview'>) =>
      api.POST('/api/v1/contents/{content_id}/first_review', { params: params(content), body }),
    { done: t('deed.first_reviewed'), onDone: onClose },
  );
  const refused = kPoints.some((point) => answers[point]?.answer === 'no');
  const complete = kPoints.every((point) => answers[point]?.answer === 'yes') && note.trim() !== '';
  return (
    <Modal
      open
      width={640}
      title={t('deed.first_review_title', { number: content.version_number })}
      okText={t('deed.first_review_pass')}
      cancelText={common('action.cancel')}
      okButtonProps={{ disabled: !complete, loading: review.busy }}
      onOk={() => review.run({ checklist: checklistOf(answers), note: note.trim() })}
      onCancel={onClose}
    >
      <Flex vertical gap={16}>
        <Alert type="info" showIcon title={t('deed.first_review_means')} />
        <ChecklistForm answers={answers} onChange={setAnswers} notes={false} />
        {refused && <Alert type="warning" showIcon title={t('deed.first_review_refused')} />}
        <div>
          <label htmlFor="first-review-note">{t('deed.first_review_note')}</label>
          <Input.TextArea
            id="first-review-note"
            rows={2}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </div>
      </Flex>
    </Modal>
  );
}
