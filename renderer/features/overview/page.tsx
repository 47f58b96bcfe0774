import './overview.css';
import { Eraser } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { freeMemory, switchStack } from '../../actions.ts';
import { go } from '../../route.ts';
import { useEngineNames, useStack, useWorkedOut } from '../../store.ts';
import { followTraffic } from '../../traffic.ts';
import { Button } from '../../ui/button.tsx';
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
  const on = useStack((s) => s.stack_on);
  useEffect(followTraffic, []);
  return (
    <>
      <PageHead
        title="Overview"
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
              <>
                <Button size="large" look="primary" onClick={() => go('config')}>
                  Open the config
                </Button>
                <Button size="large" onClick={() => go('setup')}>
                  Connect an app
                </Button>
              </>
            }
          >
            The gateway is there, but nothing answers behind it. Name an engine under “engines:” in the config; your
            apps can be given the gateway’s address already.
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
