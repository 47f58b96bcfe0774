/** The page in a browser, seen from the host: its token, the terms on which the router serves it, and where that is. */
import { randomBytes } from 'node:crypto';
import type { FromRouter, UiTerms } from '../../shared/contract/router.ts';
import { TOKEN_FRAGMENT } from '../../shared/contract/ui.ts';
import { CONTROL_VERSION, encodeLine } from './control-lines.ts';
import { keepWebPort, lastWebPort } from './web-port.ts';

export interface WebUiOptions {
  /** The built page's folder. */
  readonly folder: string;
  /** The data folder: the port is kept there. */
  readonly data: string;
  /** The control socket, and its token. */
  readonly socket: string;
  readonly token: string;
  /** Takes the address without its token as soon as it is known, and when it changed; nobody else is told before it has resolved. */
  readonly moved: (url: string) => Promise<void>;
  /** Takes why the page can't be served, each time that is so. */
  readonly failed: (message: string) => void;
}

export class WebUi {
  /** Only that of this start opens the page. */
  readonly token = randomBytes(32).toString('base64url');
  #options: WebUiOptions;
  /** Which it shall listen on; 0 = any. */
  #port = 0;
  /** Which it listened on last; 0 = on none yet. */
  #had = 0;
  #bound = false;
  /** With its token; `null` until it may be told. */
  #address: string | null = null;
  #listeners = new Set<(address: string) => void>();

  constructor(options: WebUiOptions) {
    this.#options = options;
  }

  /** Takes the port of the last start, if it is free. Called once, before the first router is told the terms. */
  async recall(): Promise<void> {
    this.#port = await lastWebPort(this.#options.data);
  }

  /** For the router, as of now: a port that was found is kept, so that pages find a router that was started anew. */
  terms = (): UiTerms => ({
    port: this.#port,
    token: this.token,
    folder: this.#options.folder,
    socket: this.#options.socket,
    greeting: encodeLine({ v: CONTROL_VERSION, token: this.#options.token, from: 'window' }),
  });

  /** Whether the terms should be said once more. */
  get isWanting(): boolean {
    return !this.#bound;
  }

  heed({ listening, bind_error }: Extract<FromRouter, { type: 'ui' }>): void {
    this.#bound = listening !== null;
    if (bind_error !== null) this.#options.failed(bind_error.message);
    // Somebody took the last start's port after it was looked at: then any will do.
    if (bind_error !== null && this.#had === 0) this.#port = 0;
    if (listening === null || listening.port === this.#had) return;
    this.#had = listening.port;
    this.#port = listening.port;
    void keepWebPort(this.#options.data, listening.port);
    void this.#tell(`http://127.0.0.1:${listening.port}`);
  }

  /** Tells the address, token included, now or once it is known. */
  onAddress(listener: (address: string) => void): () => void {
    this.#listeners.add(listener);
    if (this.#address !== null) listener(this.#address);
    return () => this.#listeners.delete(listener);
  }

  async #tell(url: string): Promise<void> {
    // A file that can't be written is no reason to keep the address from whoever waits for it.
    await this.#options.moved(url).catch(() => {});
    this.#address = `${url}/#${TOKEN_FRAGMENT}${this.token}`;
    for (const listener of this.#listeners) listener(this.#address);
  }
}
