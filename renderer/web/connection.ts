/** Whether the page in a browser has its host. In the app's own window it always has. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** `lost`: it is tried again · `stale`: another Stackyard answers there, which wants another token. */
export type Connection = 'there' | 'lost' | 'stale';

export const connection = createStore<Connection>(() => 'there');

export const useConnection = (): Connection => useStore(connection);
