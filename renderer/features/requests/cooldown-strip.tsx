import { useEffect, useState } from 'react';
import type { CooldownView } from '../../../shared/contract/ipc.ts';
import { attempt } from '../../actions.ts';
import { duration, plural } from '../../format.ts';
import { useSeen } from '../../seen.ts';
import { Button } from '../../ui/button.tsx';
import { State } from '../../ui/state.tsx';
import { askCooldowns } from './store.ts';

/** Which targets are left alone after failures, why, and for how long still; one click lets them return. */
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
  const left = Math.max(0, next - now);
  const why = cooldowns.map(({ engine, model, why }) => `${engine}/${model}: ${why}`).join('\n');
  const clear = async () => {
    await attempt('cooldowns', 'cooldowns.clear', { target: null });
    await askCooldowns();
  };
  return (
    <span className="line cooldowns" title={why}>
      <State
        said={{
          tone: 'attention',
          word: `${plural(cooldowns.length, 'cooldown')}, ${duration(Math.ceil(left / 1000) * 1000)} left`,
          progress: null,
        }}
      />
      <span className="visually-hidden">{why}</span>
      <Button size="little" onClick={() => void clear()}>
        Clear
      </Button>
    </span>
  );
}
