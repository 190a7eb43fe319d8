// A message as it stands on a phone.
import { Typography } from 'antd';
import type { ReactNode } from 'react';
import { usePreferences } from '@/app/preferences';

export function PhoneBubble({
  sender,
  children,
  footer,
}: {
  sender?: string;
  children: ReactNode;
  footer?: ReactNode;
}) {
  const { dark } = usePreferences();
  return (
    <figure
      style={{
        margin: 0,
        maxWidth: 340,
        border: `1px solid ${dark ? '#33403d' : '#cfd8d5'}`,
        borderRadius: 22,
        padding: '14px 12px 16px',
        background: dark ? '#0c1110' : '#f7f9f8',
      }}
    >
      {sender && (
        <Typography.Text
          type="secondary"
          style={{ display: 'block', textAlign: 'center', marginBlockEnd: 8 }}
        >
          {sender}
        </Typography.Text>
      )}
      <div
        className="message-text"
        style={{
          background: dark ? '#24302d' : '#e3e9e6',
          color: dark ? '#eef3f1' : '#16211e',
          borderRadius: '4px 16px 16px 16px',
          padding: '10px 12px',
          lineHeight: 1.6,
          minHeight: 44,
        }}
      >
        {children}
      </div>
      {footer && (
        <figcaption style={{ marginBlockStart: 8 }}>
          <Typography.Text type="secondary">{footer}</Typography.Text>
        </figcaption>
      )}
    </figure>
  );
}
