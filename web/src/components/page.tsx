// The frame of every page: its title (h1 and the window's), what can be done with it, its content.
import { Flex, Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button } from 'antd';

interface Props {
  title: ReactNode;
  /** For the window's title when `title` is no string. */
  titleText?: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** Where the arrow before the title leads; none: no arrow. */
  back?: string;
  children: ReactNode;
}

export function Page({ title, titleText, subtitle, actions, back, children }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const text = titleText ?? (typeof title === 'string' ? title : '');
  useEffect(() => {
    document.title = text ? `${text} · ${t('product')}` : t('product');
  }, [text, t]);
  return (
    <>
      <Flex
        justify="space-between"
        align="flex-start"
        wrap
        gap={12}
        style={{ marginBlockEnd: 16 }}
        component="header"
      >
        <Flex align="center" gap={8} style={{ minWidth: 0 }}>
          {back && (
            <Button
              type="text"
              className="no-print"
              icon={<ArrowLeftOutlined />}
              aria-label={t('action.back')}
              onClick={() => navigate(back)}
            />
          )}
          <div style={{ minWidth: 0 }}>
            <Typography.Title level={1} style={{ margin: 0, fontSize: 22, lineHeight: 1.35 }}>
              {title}
            </Typography.Title>
            {subtitle && <Typography.Text type="secondary">{subtitle}</Typography.Text>}
          </div>
        </Flex>
        {actions && (
          <Flex gap={8} wrap className="no-print">
            {actions}
          </Flex>
        )}
      </Flex>
      {children}
    </>
  );
}
