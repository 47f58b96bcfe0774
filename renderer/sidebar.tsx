import { Activity, Box, Columns2, Keyboard, LayoutGrid, Moon, Search, Server, SlidersHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import type { EngineView, StackSnapshot } from '../shared/model.ts';
import { modifierName } from './bridge.ts';
import { bare } from './format.ts';
import { gatewayState } from './gateway.ts';
import { GpuFoot } from './gpu-foot.tsx';
import { hrefOf, type Route } from './route.ts';
import { keyWords, SHORTCUTS } from './shortcuts.ts';
import { useEngineNames, useStack, useWorkedOut } from './store.ts';
import { chooseTheme, THEMES, useTheme } from './theme.ts';
import { Brand } from './ui/brand.tsx';
import { IconButton } from './ui/button.tsx';
import { CopyButton } from './ui/copy-button.tsx';
import { MoreMenu } from './ui/more-menu.tsx';
import { State } from './ui/state.tsx';
import { engineState } from './words.ts';

interface Props {
  readonly route: Route;
  /** Opens what lies over every page. */
  readonly onOpen: (what: 'palette' | 'shortcuts') => void;
}

/** The way to every page, every engine's state, and the gateway's address. A labelled rail below 1120 px. */
export function Sidebar({ route, onOpen }: Props) {
  const engines = useEngineNames();
  const on = (page: Route['page']) => (route.page === page ? 'page' : undefined);
  const all = route.page === 'engines' && route.engine === null;
  return (
    <nav className="side" aria-label="Main">
      <div className="brand">
        <Brand />
        <span>Stackyard</span>
      </div>
      <button type="button" className="find" onClick={() => onOpen('palette')}>
        <Search className="icon" aria-hidden="true" />
        <span className="cut">Search</span>
        <kbd>{keyWords(SHORTCUTS.palette.key, modifierName())}</kbd>
      </button>
      <div className="nav fill">
        <Link to={{ page: 'overview' }} current={on('overview')} icon={<LayoutGrid className="icon" aria-hidden />}>
          Overview
        </Link>
        <Link
          to={{ page: 'models' }}
          current={on('models')}
          icon={<Box className="icon" aria-hidden />}
          many={(s) => s.models.length}
        >
          Models
        </Link>
        <Link
          to={{ page: 'engines', engine: null }}
          current={all ? 'page' : undefined}
          icon={<Server className="icon" aria-hidden />}
        >
          Engines
        </Link>
        {engines.map((name) => (
          <EngineLink
            key={name}
            name={name}
            current={route.page === 'engines' && route.engine === name ? 'page' : undefined}
          />
        ))}
        <Link
          to={{ page: 'requests' }}
          current={on('requests')}
          icon={<Activity className="icon" aria-hidden />}
          many={(s) => s.gateway.in_flight + s.gateway.waiting}
        >
          Requests
        </Link>
        <Link to={{ page: 'playground' }} current={on('playground')} icon={<Columns2 className="icon" aria-hidden />}>
          Playground
        </Link>
        <Link
          to={{ page: 'config', engine: null }}
          current={on('config')}
          icon={<SlidersHorizontal className="icon" aria-hidden />}
          many={(s) => s.config.findings.filter((f) => f.severity === 'error').length}
        >
          Config
        </Link>
      </div>
      <div className="foot">
        <GatewayFoot />
        <GpuFoot />
        <div className="foot-tools">
          <ThemeMenu />
          <IconButton name="Keyboard shortcuts" onClick={() => onOpen('shortcuts')}>
            <Keyboard className="icon" aria-hidden="true" />
          </IconButton>
        </div>
      </div>
    </nav>
  );
}

interface LinkProps {
  readonly to: Route;
  readonly current: 'page' | undefined;
  readonly icon: ReactNode;
  readonly many?: (snapshot: StackSnapshot) => number;
  readonly children: ReactNode;
}

function Link({ to, current, icon, many, children }: LinkProps) {
  return (
    <a href={hrefOf(to)} aria-current={current}>
      {icon}
      {children}
      {many && <Many of={many} />}
    </a>
  );
}

/** Its own part: figures that change often render nothing else. */
function Many({ of }: { readonly of: (snapshot: StackSnapshot) => number }) {
  const many = useStack(of);
  return many > 0 ? <span className="many">{many}</span> : null;
}

function EngineLink({ name, current }: { readonly name: string; readonly current: 'page' | undefined }) {
  const said = useWorkedOut((s) => s.engines.find((engine) => engine.name === name), stateOf);
  return (
    <a href={hrefOf({ page: 'engines', engine: name })} className="sub" aria-current={current}>
      <span className="cut">{name}</span>
      {said && <State said={said} glyphOnly />}
    </a>
  );
}

const stateOf = (engine: EngineView | undefined) => engine && engineState(engine);

function GatewayFoot() {
  const phase = useStack((s) => s.gateway.phase);
  const url = useStack((s) => s.gateway.url);
  return (
    <div className="foot-gate">
      <div className="line apart">
        <span className="medium">Gateway</span>
        <State said={gatewayState({ phase })} />
      </div>
      {url !== null && (
        <div className="line apart">
          <span className="mono quiet cut">{bare(url)}</span>
          <CopyButton text={`${url}/v1`} what="base URL" />
        </div>
      )}
    </div>
  );
}

function ThemeMenu() {
  const chosen = useTheme();
  return (
    <MoreMenu
      name="Theme"
      side="top"
      entries={THEMES.map(([value, label]) => ({
        label,
        ticked: value === chosen,
        run: () => chooseTheme(value),
      }))}
      button={
        <button type="button" className="button ghost icon-only" aria-label="Theme" title="Theme">
          <Moon className="icon" aria-hidden="true" />
        </button>
      }
    />
  );
}
