import { useEffect, useMemo, useState } from 'react';
import type { CallName, CallOutput, Reply } from '../../../shared/contract/ipc.ts';
import type { FitView, Footprint } from '../../../shared/fit.ts';
import type { EngineView, ModelView, StackSnapshot } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { useSeen } from '../../seen.ts';
import { share } from '../../share.ts';
import { useWorkedOut } from '../../store.ts';

/** After a change of what is in memory the host measures for a moment; then it is asked once more, ms. */
const MEASURED = 3_000;

const NONE: readonly never[] = [];

/** Whether there is room for a model on each of its targets: asked when it is shown, and when something came into memory or left it. */
export function useFit(model: ModelView, engines: readonly EngineView[]): readonly FitView[] {
  const { id } = model;
  const when = `${id} ${memoryKey([model], engines)}`;
  return useAsked(when, () => bridge().call('model.fit', { model: id, engine: null, context: null, slots: null }));
}

/** What every model takes, by `ENGINE/MODEL`. */
export function useFootprints(): ReadonlyMap<string, Footprint> {
  const when = useWorkedOut((s) => s, inMemoryNow);
  const known = useAsked(when, () => bridge().call('footprints.list', {}));
  return useMemo(() => new Map(known.map((one) => [`${one.engine}/${one.model}`, one.footprint])), [known]);
}

/** The newest answer to a question that is asked anew whenever `when` changes or the page is shown; what was answered before stays until then. */
function useAsked<N extends CallName, T>(
  when: string,
  ask: () => Promise<Reply<CallOutput[N] & readonly T[]>>,
): readonly T[] {
  const [answer, setAnswer] = useState<readonly T[]>(NONE);
  const seen = useSeen();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `when` says what the question is about
  useEffect(() => {
    if (!seen) return;
    let shown = true;
    const again = () =>
      void ask().then((reply) => {
        if (shown && reply.ok) setAnswer((old) => share(old, reply.value));
      });
    again();
    const later = setTimeout(again, MEASURED);
    return () => {
      shown = false;
      clearTimeout(later);
    };
  }, [when, seen]);
  return answer;
}

const inMemoryNow = ({ models, engines }: StackSnapshot): string => memoryKey(models, engines);

/** Changes with what is in memory, and with who may be asked to leave it. */
function memoryKey(models: readonly ModelView[], engines: readonly EngineView[]): string {
  const targets = models.flatMap((m) => m.targets.map((t) => `${t.engine}/${t.model}:${t.phase === 'ready'}`));
  const rest = engines.map((e) => `${e.name}:${e.phase}:${e.pinned}`);
  return [...targets, ...rest].join(' ');
}
