/**
 * Runs inside of the app's main process, for pictures: from then on the window's calls are answered, and its events told, from a
 * recorded scene. Window, preload, protocol and the line between page and shell are the app's own; only who answers at the end
 * of that line is another. Loaded by `frozen-app.ts`.
 */
import type { IpcMain, BrowserWindow as Window } from 'electron';
import { CHANNELS } from '../../shared/contract/channels.ts';
import type { CallInput, CallName, EventName } from '../../shared/contract/ipc.ts';
import { type Scene, type SceneName, sceneAt } from '../renderer/support/stage/scenes.ts';

/** Whether a scene tells it; what only the shell tells stays the shell's. */
const TOLD: Record<EventName, boolean> = {
  snapshot: true,
  jobs: true,
  requests: true,
  gpu: true,
  system: true,
  traffic: true,
  work: true,
  log: true,
  verify: true,
  config: true,
  navigate: false,
  seen: false,
};

const EVENTS = Object.keys(TOLD) as EventName[];

/** Shows a scene as of `now` from the next load of the page on; gives what the page has kept by then. */
export type Show = (scene: SceneName, now: number) => Omit<Scene, 'script'>;

/** Takes the host's place. */
export function takePlace(ipcMain: IpcMain, window: Window): Show {
  let scene: Scene | null = null;
  ipcMain.removeHandler(CHANNELS.call);
  ipcMain.removeAllListeners(CHANNELS.hear);
  ipcMain.handle(CHANNELS.call, (_event, name: CallName, input: CallInput<CallName>) =>
    scene?.script.bridge.call(name, input),
  );
  return (name, now) => {
    const mine = sceneAt(name, now);
    scene = mine;
    for (const event of EVENTS.filter((one) => TOLD[one])) {
      mine.script.bridge.on(event, (payload) => {
        if (scene === mine) window.webContents.send(CHANNELS.event, event, payload);
      });
    }
    return { draft: mine.draft, chat: mine.chat };
  };
}
