/** The way out: asked when requests would be cut, then everything we started is stopped and verified, then we go. */

export interface QuitOptions {
  /** Requests that would be cut short. */
  readonly inFlight: () => number;
  /** Asks a person; resolves to whether to go on. */
  readonly ask: (inFlight: number) => Promise<boolean>;
  /** Stops everything; called again with `force` when it shall not wait for requests any more. */
  readonly stop: (options: { force: boolean }) => Promise<void>;
  readonly exit: (code: number) => void;
  readonly say: (line: string) => void;
}

export interface Quit {
  /** A person wants to quit: they are asked first when requests are in flight. A second time while it stops: no more waiting. */
  byUser(): void;
  /** A signal or the end of the session: nobody is asked. A second one: no more waiting. */
  bySystem(): void;
  readonly stopping: () => boolean;
}

/** Every way of quitting comes together here, once. */
export function createQuit(options: QuitOptions): Quit {
  let state: 'running' | 'asking' | 'stopping' = 'running';

  function stop(): void {
    if (state === 'stopping') {
      options.say('Stackyard: no longer waiting for requests in flight.');
      options.stop({ force: true }).catch(() => {}); // the first stop tells what went wrong
      return;
    }
    state = 'stopping';
    options.stop({ force: false }).then(
      () => options.exit(0),
      (error: unknown) => {
        options.say(`Stackyard: not everything could be stopped: ${error instanceof Error ? error.message : error}`);
        options.exit(1);
      },
    );
  }

  async function ask(inFlight: number): Promise<void> {
    state = 'asking';
    const yes = await options.ask(inFlight).catch(() => true);
    if (state !== 'asking') return; // a signal did not wait for the answer
    state = 'running';
    if (yes) stop();
  }

  return {
    byUser() {
      if (state === 'asking') return;
      const inFlight = options.inFlight();
      if (state === 'running' && inFlight > 0) void ask(inFlight);
      else stop();
    },
    bySystem: stop,
    stopping: () => state === 'stopping',
  };
}
