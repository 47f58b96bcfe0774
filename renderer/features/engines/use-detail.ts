import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineDetail, EngineView } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { seen, useSeen } from '../../seen.ts';

export interface Detail {
  /** `null` until the first answer. */
  readonly detail: EngineDetail | null;
  /** Asks once more. */
  readonly refresh: () => void;
}

/** What an engine's page shows beyond its row: asked when the row changes, one question at a time, never while hidden. */
export function useDetail(engine: EngineView): Detail {
  const [detail, setDetail] = useState<EngineDetail | null>(null);
  const asking = useRef(false);
  const again = useRef(false);
  const { name } = engine;

  const refresh = useCallback(() => {
    again.current = true;
    if (asking.current || !seen.getState().on) return;
    asking.current = true;
    again.current = false;
    void bridge()
      .call('engine.detail', { engine: name })
      .then((reply) => {
        asking.current = false;
        if (reply.ok) setDetail(reply.value);
        if (again.current) refresh();
      });
  }, [name]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the row is what changed
  useEffect(refresh, [engine, refresh]);
  const shown = useSeen();
  useEffect(() => {
    if (shown && again.current) refresh();
  }, [shown, refresh]);

  return { detail, refresh };
}
