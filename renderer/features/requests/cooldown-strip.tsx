import { Popover } from '@base-ui/react/popover';
import { useEffect, useState } from 'react';
import type { CooldownView } from '../../../shared/contract/ipc.ts';
import { clearCooldowns } from '../../actions.ts';
import { duration, plural } from '../../format.ts';
import { useSeen } from '../../seen.ts';
import { Button } from '../../ui/button.tsx';
import { State } from '../../ui/state.tsx';
import { askCooldowns } from './store.ts';

/** How many targets are left alone after failures, and for how long still; opened, which, why, and a way back for each. */
export function CooldownStrip({ cooldowns }: { readonly cooldowns: readonly CooldownView[] }) {
  const [now, setNow] = useState(() => Date.now());
  const next = Math.min(...cooldowns.map(({ until }) => Date.parse(until)));
  const seen = useSeen();
  useEffect(() => {
    if (cooldowns.length === 0 || !seen) return;
    setNow(Date.now());
    const tick = setInterval(() => setNow(Date.now()), 1_000);
    const over = setTimeout(() => void askCooldowns(), Math.max(0, next - Date.now()) + 250);
    return () => {
      clearInterval(tick);
      clearTimeout(over);
    };
  }, [cooldowns, next, seen]);
  if (cooldowns.length === 0) return null;
  const left = (until: number) => duration(Math.ceil(Math.max(0, until - now) / 1000) * 1000);
  const clear = async (target: string | null) => {
    await clearCooldowns(target);
    await askCooldowns();
  };
  return (
    <span className="line cooldowns">
      <Popover.Root>
        <Popover.Trigger className="button ghost little">
          <State
            said={{
              tone: 'attention',
              word: `${plural(cooldowns.length, 'cooldown')}, ${left(next)} left`,
              progress: null,
            }}
          />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner className="popup-place" sideOffset={4} align="end">
            <Popover.Popup className="popup cooldown-panel">
              <Popover.Title>Left alone after failures</Popover.Title>
              <ul>
                {cooldowns.map(({ engine, model, why, until }) => (
                  <li key={`${engine}/${model}`}>
                    <div className="line apart">
                      <span className="cut">
                        <span className="medium">{engine}</span> <span className="mono dim">{model}</span>
                      </span>
                      <span className="dim num">{left(Date.parse(until))}</span>
                      <Button
                        size="little"
                        aria-label={`Clear ${engine}/${model}`}
                        onClick={() => void clear(`${engine}/${model}`)}
                      >
                        Clear
                      </Button>
                    </div>
                    <p className="hint">{why}</p>
                  </li>
                ))}
              </ul>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <Button size="little" onClick={() => void clear(null)}>
        {cooldowns.length === 1 ? 'Clear' : 'Clear all'}
      </Button>
    </span>
  );
}
