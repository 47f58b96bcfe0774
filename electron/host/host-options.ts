import type { ForkRouter } from './router-link.ts';

export interface HostOptions {
  readonly kind: 'app' | 'serve';
  readonly paths: { readonly config: string; readonly data: string; readonly socket: string };
  readonly version: string;
  /** The built `router.js`. */
  readonly routerFile: string;
  /** How the router is started; a plain Node child when left out. */
  readonly forkRouter?: ForkRouter;
  /** Third source of secrets. */
  readonly keychain?: (name: string) => Promise<string | null>;
  /** The built page's folder, when the page is to be served to a browser. */
  readonly ui?: string;
  /** Origin of our own window, admitted by the gateway with the per-launch token. */
  readonly appOrigin?: string;
}
