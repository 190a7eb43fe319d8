// The message in its phone bubble: signature, body and opt-out text, each with its marks. Parts carry data-part,
// so that what a person selects can be placed.
import { Flex, Segmented, Typography } from 'antd';
import { Fragment, type ReactNode, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type TextSpan } from '../highlight_spans';
import { HighlightedText } from '../highlighted_text';
import { renderTemplate } from '../message_template';
import { PhoneBubble } from '../phone_bubble';
import { kParts, type MessageText, type Part, variableMarks } from './findings';

interface Props {
  text: MessageText;
  /** Samples of the variables; with them the person may look at the message as it would arrive. */
  samples?: Record<string, string | undefined>;
  spansOf: (part: Part) => TextSpan[];
  active?: string;
  onPick?: (key: string) => void;
  footer?: ReactNode;
  ref?: Ref<HTMLDivElement>;
  /** Told when samples are shown, for places then are not those of the template. */
  onRendered?: (rendered: boolean) => void;
}

export function MessagePreview({ ref, onRendered, footer, ...props }: Props) {
  const { t } = useTranslation('review');
  const [rendered, setRendered] = useState(false);
  const hasVariables = kParts.some((part) => variableMarks(props.text[part]).length > 0);
  const show = (next: boolean) => {
    setRendered(next);
    onRendered?.(next);
  };
  const asSample = rendered && hasVariables;
  return (
    <Flex vertical gap={10}>
      {hasVariables && props.samples && (
        <Segmented
          size="small"
          aria-label={t('preview.mode')}
          value={asSample ? 'sample' : 'template'}
          onChange={(value) => show(value === 'sample')}
          options={[
            { value: 'template', label: t('preview.template') },
            { value: 'sample', label: t('preview.sample') },
          ]}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      <div ref={ref}>
        <PhoneBubble footer={footer}>
          {kParts.map((part) => (
            <Fragment key={part}>
              {part === 'signature' && props.text.signature && '【'}
              <span data-part={part}>
                <PartText {...props} part={part} asSample={asSample} />
              </span>
              {part === 'signature' && props.text.signature && '】'}
            </Fragment>
          ))}
        </PhoneBubble>
      </div>
    </Flex>
  );
}

function PartText({
  part,
  asSample,
  text,
  samples,
  spansOf,
  active,
  onPick,
}: Omit<Props, 'ref'> & { part: Part; asSample: boolean }) {
  const marks = [...variableMarks(text[part]), ...spansOf(part)];
  if (!asSample) return <HighlightedText text={text[part]} spans={marks} active={active} onPick={onPick} />;
  const rendered = renderTemplate(text[part], samples ?? {}, marks);
  return <HighlightedText text={rendered.text} spans={rendered.spans} active={active} onPick={onPick} />;
}

/** What the underlines mean. */
export function MarkLegend({ problems = false }: { problems?: boolean }) {
  const { t } = useTranslation('review');
  const tones = ['block', 'review', 'info', ...(problems ? ['problem'] : [])];
  return (
    <Flex gap="2px 14px" wrap component="ul" style={{ margin: 0, padding: 0, listStyle: 'none' }}>
      {tones.map((tone) => (
        <li key={tone}>
          <Typography.Text type="secondary">
            <span className={`text-mark text-mark-${tone}`}>{t(`legend.${tone}`)}</span>
          </Typography.Text>
        </li>
      ))}
    </Flex>
  );
}
