/** The only door between the page and the shell: one function to ask, one to listen. Runs sandboxed, as a CommonJS bundle. */
import { contextBridge, ipcRenderer } from 'electron';
import { CHANNELS } from '../shared/contract/channels.ts';
import type { Bridge } from '../shared/contract/ipc.ts';

type Listener = (payload: unknown) => void;

const listeners = new Map<string, Set<Listener>>();

// One line from the shell, whatever number of listeners the page has.
ipcRenderer.on(CHANNELS.event, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload);
});

const platform = process.platform;

const bridge: Bridge = {
  call: (name, input) => ipcRenderer.invoke(CHANNELS.call, name, input),
  shell: (name, input) => ipcRenderer.invoke(CHANNELS.shell, name, input),
  on: (event, listener) => {
    const mine = listeners.get(event) ?? new Set<Listener>();
    listeners.set(event, mine);
    // A wrapper of its own, so that the same function may listen twice.
    const entry: Listener = (payload) => (listener as Listener)(payload);
    mine.add(entry);
    return () => void mine.delete(entry);
  },
  hear: (on) => ipcRenderer.send(CHANNELS.hear, on),
  platform: platform === 'darwin' || platform === 'win32' ? platform : 'linux',
};

contextBridge.exposeInMainWorld('stackyard', bridge);
