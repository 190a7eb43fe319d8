// A part of a page: a card whose title is a real heading (h2).
import { Card, type CardProps } from 'antd';
import type { ReactNode } from 'react';

interface Props extends Omit<CardProps, 'title'> {
  title: ReactNode;
}

export function Section({ title, children, size = 'small', ...card }: Props) {
  return (
    <Card
      size={size}
      title={<h2 style={{ margin: 0, fontSize: 15, fontWeight: 600, lineHeight: 1.5 }}>{title}</h2>}
      {...card}
    >
      {children}
    </Card>
  );
}
