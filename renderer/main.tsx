/** The window's entry: styles, theme, the bridge, then the app. */
import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/geist-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/controls.css';
import './styles/popups.css';
import './styles/jobs.css';
import './styles/gpu.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { bridge, hasBridge, provideBridge } from './bridge.ts';
import { restore } from './chat/chat-store.ts';
import { followGpu } from './gpu.ts';
import { followJobs } from './jobs.ts';
import { go } from './route.ts';
import { followSeen } from './seen.ts';
import { follow } from './store.ts';
import { followSystem } from './system.ts';
import { applyTheme } from './theme.ts';
import { keepFocus } from './ui/keep-focus.ts';
import { followProofs } from './verify.ts';
import { keepToken, keptToken } from './web/token.ts';
import { webBridge } from './web/web-bridge.ts';

if (!hasBridge()) {
  keepToken();
  const token = keptToken();
  if (token !== null) provideBridge(webBridge(window.location.origin, token));
  // A new address in the same tab changes only the fragment, which loads nothing by itself.
  window.addEventListener('hashchange', () => keepToken() && window.location.reload());
}
applyTheme();
keepFocus();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
void restore();
if (hasBridge()) {
  followSeen(bridge());
  follow(bridge());
  followJobs(bridge());
  followGpu(bridge());
  followSystem(bridge());
  followProofs(bridge());
  bridge().on('navigate', ({ page }) => go(page));
}
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
if (hasBridge()) void bridge().shell('shell.ready', {});
