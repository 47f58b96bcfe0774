import { Tooltip } from '@base-ui/react/tooltip';
import { useState } from 'react';
import { useStore } from 'zustand';
import { Announcer } from './announcer.tsx';
import { hasBridge } from './bridge.ts';
import { newChat } from './chat/chat-store.ts';
import { ConfigPage } from './features/config/page.tsx';
import { EnginePage } from './features/engines/engine-page.tsx';
import { EnginesPage } from './features/engines/page.tsx';
import { ModelsPage } from './features/models/page.tsx';
import { OverviewPage } from './features/overview/page.tsx';
import { PlaygroundPage } from './features/playground/page.tsx';
import { RequestsPage } from './features/requests/page.tsx';
import { SetupPage } from './features/setup/page.tsx';
import { useShortcuts } from './keys.ts';
import { Notices } from './notice-list.tsx';
import { Palette } from './palette/palette.tsx';
import { go, type Route, useRoute } from './route.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { Sidebar } from './sidebar.tsx';
import { held, useStack } from './store.ts';
import { Empty } from './ui/empty.tsx';
import { ToastRegion } from './ui/toast-region.tsx';
import { useConnection } from './web/connection.ts';
import { NoEntry } from './web/no-entry.tsx';

/** The whole window. Until the first snapshot it says what it waits for; without any config it is the first run. */
export function App() {
  const there = useStore(held, ({ snapshot }) => snapshot !== null);
  const error = useStore(held, (state) => state.error);
  const connection = useConnection();
  if (!hasBridge() || connection === 'stale') return <NoEntry stale={connection === 'stale'} />;
  if (!there) {
    return error ? (
      <Empty title="Stackyard’s service does not answer">
        {error.message} {error.hint}
      </Empty>
    ) : (
      <p className="empty dim">Connecting to Stackyard…</p>
    );
  }
  return (
    <Tooltip.Provider delay={450}>
      <Window />
      <Announcer />
      <ToastRegion />
    </Tooltip.Provider>
  );
}

function Window() {
  const route = useRoute();
  const unset = useStack((s) => s.config.path === null);
  const [over, setOver] = useState<'palette' | 'shortcuts' | null>(null);
  useShortcuts({
    palette: () => setOver('palette'),
    overview: () => go('overview'),
    models: () => go('models'),
    engines: () => go('engines'),
    requests: () => go('requests'),
    playground: () => go('playground'),
    config: () => go('config'),
    settings: () => go('settings/app'),
    log: () => go({ page: 'engines', engine: engineToShow(route) }),
    help: () => setOver('shortcuts'),
    newChat: () => {
      newChat();
      go('playground');
    },
  });
  const close = () => setOver(null);
  if (unset || route.page === 'setup') return <SetupPage />;
  return (
    <div className="app">
      <Sidebar route={route} onOpen={setOver} />
      <main className="main" id={`page-${route.page}`}>
        <Page route={route} />
      </main>
      <Palette open={over === 'palette'} onClose={close} />
      <ShortcutsDialog open={over === 'shortcuts'} onClose={close} />
    </div>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage notices={<Notices />} />;
    case 'models':
      return <ModelsPage notices={<Notices />} />;
    case 'engines':
      return route.engine === null ? (
        <EnginesPage notices={<Notices />} />
      ) : (
        <EnginePage key={route.engine} name={route.engine} notices={<Notices />} />
      );
    case 'requests':
      return <RequestsPage key={route.filter ?? ''} filter={route.filter ?? ''} notices={<Notices />} />;
    case 'playground':
      return <PlaygroundPage notices={<Notices />} />;
    case 'config':
      return (
        <ConfigPage
          part={route.part ?? 'engines'}
          engine={route.engine}
          place={route.key ?? null}
          notices={<Notices />}
        />
      );
    case 'setup':
      return <SetupPage />;
  }
}

/** The engine whose log Ctrl L opens: the one on the page, else the one that most needs a look. */
function engineToShow(route: Route): string | null {
  if (route.page === 'engines' && route.engine !== null) return route.engine;
  const engines = held.getState().snapshot?.engines ?? [];
  const worst = engines.find((e) => e.phase === 'failed') ?? engines.find((e) => e.phase !== 'stopped') ?? engines[0];
  return worst?.name ?? null;
}
