/** Carries out what was chosen in the tray, by the same handlers as every other surface. */
import type { Caller, Handlers } from '../../shared/contract/ipc.ts';
import type { VerifyRun } from '../../shared/contract/verify.ts';
import { toCause } from '../../shared/errors.ts';
import type { TrayAction } from './tray-menu.ts';

export interface TrayActionOptions {
  readonly handlers: Handlers;
  readonly copy: (text: string) => Promise<void>;
  readonly open: (page: string | null) => void;
  readonly quit: () => void;
  /** Every model was tried. */
  readonly verified: (run: VerifyRun) => void;
  /** Something could not be done; the snapshot shows engines' troubles by itself. */
  readonly say: (line: string) => void;
}

/** The tray's own voice towards the host; it watches nothing. */
const CALLER: Caller = { id: 'tray', from: 'window', emit: () => {}, onGone: () => {} };

/** Does one action; never throws. */
export async function doTrayAction(action: TrayAction, options: TrayActionOptions): Promise<void> {
  try {
    switch (action.do) {
      case 'start':
      case 'stop':
      case 'restart':
        await options.handlers[`engines.${action.do}`]({ names: [...action.engines], wait_ms: null }, CALLER);
        return;
      case 'free':
        await options.handlers['memory.free']({}, CALLER);
        return;
      case 'verify':
        options.verified(await options.handlers['verify.run']({ models: [], via: null, wake: false }, CALLER));
        return;
      case 'copy':
        return await options.copy(action.text);
      case 'open':
        return options.open(action.page);
      case 'quit':
        return options.quit();
    }
  } catch (error) {
    options.say(`Stackyard: ${toCause(error).message}`);
  }
}
