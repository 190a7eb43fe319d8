// A text area whose findings are underlined where they stand: the marks are drawn on a copy behind the text, which also
// makes the area as high as its text.
import { Input } from 'antd';
import type { TextAreaProps } from 'antd/es/input';
import type { TextSpan } from '@/components/highlight_spans';
import { HighlightedText } from '@/components/highlighted_text';

interface Props extends Omit<TextAreaProps, 'value'> {
  value?: string;
  spans: readonly TextSpan[];
}

// Without it a text that ends in a line break would be a line too short.
const kLastLine = '\u200b';

export function HighlightedTextArea({ spans, value = '', ...rest }: Props) {
  return (
    <div className="text-area-stack">
      <div className="text-area-backdrop" aria-hidden>
        <HighlightedText text={value + kLastLine} spans={spans} />
      </div>
      <Input.TextArea {...rest} value={value} />
    </div>
  );
}
