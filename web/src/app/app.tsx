// The console put together: texts, look, session, pages.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { asProblem } from '@/api/problem';
import { PreferencesProvider, usePreferences } from './preferences';
import { router } from './routes';
import { SessionProvider } from './session';
import { styleNonce } from './style_nonce';
import { themeOf } from './theme';

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused it would refuse again; an outage may pass.
        retry: (count, error) => asProblem(error).isOutage && count < 2,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}

function Look() {
  const { language, dark, still } = usePreferences();
  useEffect(() => {
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  }, [language]);
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCN : enGB}
      theme={themeOf(dark, still)}
      csp={{ nonce: styleNonce() }}
      button={{ autoInsertSpace: false }}
    >
      <AntApp>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </AntApp>
    </ConfigProvider>
  );
}

export function App() {
  const [queries] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <Look />
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
