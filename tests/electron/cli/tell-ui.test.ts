import { expect, it } from 'vitest';
import { tellUi } from '../../../electron/cli/tell-ui.ts';
import type { Caller } from '../../../shared/contract/ipc.ts';
import type { GatewayPhase, StackSnapshot } from '../../../shared/model.ts';

const ADDRESS = 'http://127.0.0.1:4711/#token=t';

/** What is printed while these happen: the gateway's phases, and `page` for the page's address. */
function printed(...events: (GatewayPhase | 'page')[]): string[] {
  const out: string[] = [];
  const callers: Caller[] = [];
  const pages: ((address: string) => void)[] = [];
  tellUi(
    {
      subscribe: (caller) => {
        callers.push(caller);
        return () => {};
      },
      onUi: (listener) => {
        pages.push(listener);
        return () => {};
      },
    },
    (text) => out.push(text),
  );
  for (const event of events) {
    if (event === 'page') for (const tell of pages) tell(ADDRESS);
    else for (const caller of callers) caller.emit('snapshot', { gateway: { phase: event } } as StackSnapshot);
  }
  return out;
}

it('waits for the gateway, or for its failure, and says each address once', () => {
  expect(printed('starting', 'page')).toEqual([]);
  expect(printed('starting', 'page', 'ready', 'ready')).toEqual([`ui at ${ADDRESS}\n`]);
  expect(printed('ready', 'page', 'ready')).toEqual([`ui at ${ADDRESS}\n`]);
  expect(printed('failed', 'page')).toEqual([`ui at ${ADDRESS}\n`]);
});
