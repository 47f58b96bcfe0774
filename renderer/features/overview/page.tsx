import './overview.css';
import { Eraser } from 'lucide-react';
import type { ReactNode } from 'react';
import { freeMemory, switchStack } from '../../actions.ts';
import { uptime } from '../../format.ts';
import { go } from '../../route.ts';
import { useEngineNames, useStack, useWorkedOut } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { useClock } from '../../ui/clock.ts';
import { Empty } from '../../ui/empty.tsx';
import { PageBody, PageHead } from '../../ui/page.tsx';
import { Switch } from '../../ui/toggles.tsx';
import { summary } from './attention.ts';
import { AttentionStrips } from './attention-strips.tsx';
import { EngineCard } from './engine-card.tsx';
import { GatewayCard } from './gateway-card.tsx';
import { GpuCards } from './gpu-cards.tsx';
import { MachineCard } from './machine-card.tsx';
import { ModelTable } from './model-table.tsx';

/** How everything stands: problems first, then the gateway, the engines, what is in memory. */
export function OverviewPage({ notices }: { readonly notices: ReactNode }) {
  const engines = useEngineNames();
  const started = useStack((s) => s.host.started);
  const on = useStack((s) => s.stack_on);
  return (
    <>
      <PageHead
        title="Overview"
        beside={<Uptime since={started} />}
        actions={
          <>
            <Switch label="Stack on" checked={on} onChange={(next) => void switchStack(next)} />
            <Button onClick={() => void freeMemory()}>
              <Eraser className="icon small" aria-hidden="true" />
              Free GPU memory
            </Button>
          </>
        }
      />
      {notices}
      <PageBody>
        <AttentionStrips />
        <GatewayCard />
        {engines.length === 0 ? (
          <Empty
            title="No engines yet"
            actions={
              <Button look="primary" onClick={() => go('config')}>
                Open the config
              </Button>
            }
          >
            The gateway is there, but nothing answers behind it. Name an engine under “engines:” in the config.
          </Empty>
        ) : (
          <>
            <section aria-labelledby="overview-engines">
              <div className="section-head">
                <h2 id="overview-engines">Engines</h2>
                <Summary />
              </div>
              <div className="engine-cards">
                {engines.map((name) => (
                  <EngineCard key={name} name={name} />
                ))}
              </div>
            </section>
            <div className="overview-columns">
              <div className="overview-column">
                <ModelTable />
                <MachineCard />
              </div>
              <GpuCards />
            </div>
          </>
        )}
      </PageBody>
    </>
  );
}

function Summary() {
  return <span className="dim">{useWorkedOut((s) => s.engines, summary)}</span>;
}

function Uptime({ since }: { readonly since: string }) {
  const now = useClock();
  return <span className="dim small-text hide-narrow">{uptime(now - Date.parse(since))}</span>;
}
