/** The requests on the page: followed while it is shown and can be seen, and not a moment longer. */
import { createStore } from 'zustand/vanilla';
import type { CooldownView, RequestNews } from '../../../shared/contract/ipc.ts';
import type { RequestRecord } from '../../../shared/contract/router.ts';
import type { Cause } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { whileSeen } from '../../seen.ts';
import { merged } from './request-list.ts';

export interface Requests {
  /** `null` until the first answer. */
  readonly list: readonly RequestRecord[] | null;
  /** Under way beyond those listed. */
  readonly more: number;
  readonly cooldowns: readonly CooldownView[];
  readonly error: Cause | null;
  /** The list stands still; what comes meanwhile is taken in when it goes on. */
  readonly paused: boolean;
}

const NOTHING: Requests = { list: null, more: 0, cooldowns: [], error: null, paused: false };
const FIRST = 500;

export const requests = createStore<Requests>(() => NOTHING);

let waiting: RequestNews[] = [];

function take(news: RequestNews): void {
  if (requests.getState().paused) {
    waiting.push(news);
    // Only finished ones must not be lost; the newest picture of those under way is enough.
    if (waiting.length > 50)
      waiting = [{ ...news, finished: waiting.flatMap(({ finished }) => finished).slice(-500) }];
    return;
  }
  const { list } = requests.getState();
  requests.setState({ list: merged(list ?? [], news.active, news.finished), more: news.more });
}

/** Stops the list, or lets it go on with all that came meanwhile. */
export function pause(on: boolean): void {
  requests.setState({ paused: on });
  if (on) return;
  for (const news of waiting.splice(0)) take(news);
}

/** Follows requests and cooldowns while the page can be seen; gives back what ends that and forgets them. */
export function followRequests(): () => void {
  const end = whileSeen(follow);
  return () => {
    end();
    waiting = [];
    requests.setState(NOTHING);
  };
}

/** Asks for all of late, so that nothing is missing, then takes in what comes. */
function follow(): () => void {
  const to = bridge();
  const offs = [to.on('requests', take), to.on('snapshot', () => void askCooldowns())];
  void to.call('requests.watch', { on: true });
  void to.call('requests.list', { limit: FIRST }).then((reply) => {
    if (reply.ok) take(reply.value);
    else requests.setState({ error: reply.error });
  });
  void askCooldowns();
  return () => {
    for (const off of offs) off();
    void to.call('requests.watch', { on: false });
  };
}

/** Asks which targets cool down: at first, when the stack changed, and when one of them is over. */
export async function askCooldowns(): Promise<void> {
  const reply = await bridge().call('cooldowns.list', {});
  if (reply.ok) requests.setState({ cooldowns: reply.value });
}
