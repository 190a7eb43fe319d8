// Rows of a form (a Form.List) that say what is wrong: with the list as a whole, and with fields that stand in a row without
// a label, which have no place of their own for it.
import { Form } from 'antd';
import type { ComponentProps, ReactNode } from 'react';

type Given = Parameters<ComponentProps<typeof Form.List>['children']>;

interface Props {
  name: string;
  children: (rows: Given[0], operations: Given[1]) => ReactNode;
}

export function FormRows({ name, children }: Props) {
  return (
    <Form.Item style={{ marginBlockEnd: 0 }}>
      <Form.List name={name}>
        {(rows, operations, { errors }) => (
          <>
            {children(rows, operations)}
            <Form.ErrorList errors={errors} />
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}
