import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles.css';
import { App } from './app/app';
import { giveStylesTheirNonce } from './app/style_nonce';
import { startTexts } from './i18n';

giveStylesTheirNonce();
void startTexts().then(() =>
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
