import './app/styles';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { initLanguage } from './app/i18n';
import { router } from './app/router';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
// The texts and the page's own code come side by side; drawing earlier would show a frame without them.
await Promise.all([initLanguage(), router.load()]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
