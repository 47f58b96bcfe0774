import { describe, expect, it } from 'vitest';
import { isOver, nextWake, restartsInWindow } from '../../../electron/core/engine-machine.ts';
import { answer, cause, type Life, life, readyLife, run, settings, type Told } from '../../support/engine-life.ts';

const up: Told = { type: 'want-up', by: 'user' };
const demand: Told = { type: 'want-up', by: 'demand' };
const down: Told = { type: 'want-down', by: 'user', hold: true };
const free = (e: Life): Told => ({ type: 'identified', ask: e.state.asks, result: 'free' });
const match = (e: Life): Told => ({ type: 'identified', ask: e.state.asks, result: 'match' });
const foreign = (e: Life): Told => ({
  type: 'identified',
  ask: e.state.asks,
  result: 'foreign',
  cause: cause('port_busy', 'pid 7 (nginx) is on port 8080.'),
});
const exit = (e: Life, code: Parameters<typeof cause>[0] = 'exited'): Told => ({
  type: 'exited',
  run: run(e),
  cause: cause(code),
});
const gone = (e: Life): Told => ({ type: 'verified', run: run(e), survivors: null });
const left = (e: Life): Told => ({
  type: 'verified',
  run: run(e),
  survivors: cause('survivors', 'pid 9 (worker) is still there.'),
});
const drained: Told = { type: 'drained' };

/** Every phase of a managed engine, and the shortest way into it. */
const INTO: Record<string, () => Life> = {
  stopped: () => life(),
  starting: () => {
    const e = life();
    e.tell(up);
    e.tell(free(e));
    return e;
  },
  loading: () => {
    const e = INTO.starting?.() ?? life();
    e.pass(200);
    e.tell(answer(e, 'loading', 0.2));
    return e;
  },
  ready: () => readyLife(),
  unhealthy: () => {
    const e = readyLife();
    e.tell({ type: 'flight', inFlight: 1 });
    for (let i = 0; i < 3; i++) {
      e.pass(10_000);
      e.tell(answer(e, 'bad'));
    }
    return e;
  },
  draining: () => {
    const e = readyLife();
    e.tell({ type: 'flight', inFlight: 1 });
    e.tell({ type: 'want-down', by: 'idle', hold: false });
    return e;
  },
  stopping: () => {
    const e = readyLife();
    e.tell(down);
    e.tell(drained);
    return e;
  },
  backoff: () => {
    const e = readyLife();
    e.tell(exit(e));
    e.tell(gone(e));
    return e;
  },
  failed: () => {
    const e = readyLife();
    e.tell(exit(e, 'out_of_memory'));
    e.tell(gone(e));
    return e;
  },
};

const into = (phase: string): Life => {
  const e = INTO[phase]?.();
  if (!e) throw new Error(`no way into ${phase}`);
  expect(e.phase()).toBe(phase);
  return e;
};

describe('phase × event', () => {
  const table: [phase: string, event: Told | ((e: Life) => Told), phaseAfter: string, effects: string[]][] = [
    ['stopped', up, 'starting', ['identify 1']],
    ['stopped', demand, 'starting', ['identify 1']],
    ['stopped', down, 'stopped', []],
    ['stopped', { type: 'restart', by: 'user' }, 'starting', ['identify 1']],
    ['stopped', { type: 'restart', by: 'config' }, 'stopped', []],
    ['starting', up, 'starting', []],
    ['starting', down, 'stopping', ['stop llama.1']],
    ['starting', exit, 'backoff', ['verify llama.1', 'notice crashed']],
    ['starting', (e) => exit(e, 'unknown_argument'), 'failed', ['verify llama.1', 'notice failed']],
    ['starting', (e) => exit(e, 'port_busy'), 'starting', ['verify llama.1']],
    [
      'starting',
      (e) => ({ type: 'spawn-failed', run: run(e), cause: cause('command_not_found') }),
      'failed',
      ['notice failed'],
    ],
    [
      'starting',
      (e) => ({ type: 'spawn-failed', run: run(e), cause: cause('spawn_failed') }),
      'backoff',
      ['notice crashed'],
    ],
    ['starting', { type: 'restart', by: 'config' }, 'stopping', ['stop llama.1']],
    ['starting', drained, 'starting', []],
    ['loading', down, 'stopping', ['stop llama.1']],
    ['loading', exit, 'backoff', ['verify llama.1', 'notice crashed']],
    ['ready', up, 'ready', []],
    ['ready', down, 'draining', []],
    ['ready', { type: 'restart', by: 'user' }, 'draining', []],
    ['ready', exit, 'backoff', ['verify llama.1', 'notice crashed']],
    ['ready', { type: 'force' }, 'ready', []],
    ['unhealthy', { type: 'heard' }, 'ready', []],
    ['unhealthy', down, 'draining', []],
    ['unhealthy', { type: 'flight', inFlight: 0 }, 'stopping', ['stop llama.1']],
    ['unhealthy', exit, 'backoff', ['verify llama.1', 'notice crashed']],
    ['draining', demand, 'ready', []],
    ['draining', drained, 'stopping', ['stop llama.1']],
    ['draining', { type: 'force' }, 'stopping', ['stop llama.1']],
    ['draining', exit, 'stopping', ['verify llama.1']],
    ['stopping', up, 'stopping', []],
    ['stopping', down, 'stopping', []],
    ['stopping', exit, 'stopping', ['verify llama.1']],
    ['backoff', up, 'starting', ['identify 2']],
    ['backoff', demand, 'backoff', []],
    ['backoff', down, 'stopped', []],
    ['backoff', { type: 'restart', by: 'config' }, 'starting', ['identify 2']],
    ['failed', up, 'starting', ['identify 2']],
    ['failed', demand, 'failed', []],
    ['failed', down, 'stopped', []],
    ['failed', { type: 'restart', by: 'config' }, 'starting', ['identify 2']],
    ['ready', { type: 'restart', by: 'memory' }, 'draining', []],
    ['backoff', { type: 'restart', by: 'memory' }, 'backoff', []],
    ['failed', { type: 'restart', by: 'memory' }, 'failed', []],
    ['failed', { type: 'want-down', by: 'demand', hold: false }, 'failed', []],
    ['failed', { type: 'want-down', by: 'idle', hold: false }, 'failed', []],
  ];
  for (const [phase, event, after, effects] of table) {
    const told = typeof event === 'function' ? event(into(phase)) : event;
    const by = 'by' in told ? ` by ${told.by}` : 'cause' in told && told.cause ? ` of ${told.cause.code}` : '';
    it(`${phase} + ${told.type}${by} → ${after}`, () => {
      const e = into(phase);
      expect(e.tell(typeof event === 'function' ? event(e) : event)).toEqual(effects);
      expect(e.phase()).toBe(after);
    });
  }
});

describe('coming up', () => {
  it('looks who is on the port, spawns, probes faster than once a second, and is ready', () => {
    const e = life();
    expect(e.tell(up)).toEqual(['identify 1']);
    expect(e.tell(free(e))).toEqual(['spawn llama.1']);
    expect(e.pass(100)).toEqual(['probe ready']);
    expect(e.tell(answer(e, 'silent'))).toEqual([]);
    expect(e.pass(149)).toEqual([]);
    expect(e.pass(1)).toEqual(['probe ready']);
    e.tell(answer(e, 'loading', 0.4));
    expect(e.state.phase).toMatchObject({ is: 'loading', progress: 0.4 });
    expect(e.pass(1_000)).toEqual(['probe ready']);
    e.tell(answer(e, 'ready'));
    expect(e.phase()).toBe('ready');
    expect(e.state.owner).toBe('managed');
  });

  it('asks one question at a time, whatever answers come', () => {
    const e = life();
    e.tell(up);
    expect(e.pass(60_000)).toEqual([]);
    e.tell(free(e));
    expect(e.tell(free(e))).toEqual([]);
    e.pass(100);
    expect(e.pass(59_000)).toEqual([]);
  });

  it('gives up after ready_timeout without progress, and stops what it spawned', () => {
    const e = into('loading');
    e.pass(59_000);
    e.tell({ type: 'output', run: run(e) });
    expect(e.pass(59_000)).not.toContain('stop llama.1');
    expect(e.pass(1_000)).toContain('stop llama.1');
    e.tell(exit(e));
    expect(e.tell(gone(e))).toEqual(['notice failed']);
    expect(e.state.phase).toMatchObject({ is: 'failed', cause: { code: 'ready_timeout' } });
  });

  it('does not take the same progress for progress', () => {
    const e = into('loading');
    for (let i = 0; i < 59; i++) {
      e.pass(1_000);
      e.tell(answer(e, 'loading', 0.2));
    }
    expect(e.phase()).toBe('loading');
    e.pass(2_000);
    expect(e.phase()).toBe('stopping');
  });

  it('waits for ever when ready_timeout is off', () => {
    const e = life({ readyTimeout: null });
    e.tell(up);
    e.tell(free(e));
    e.pass(86_400_000);
    expect(e.phase()).toBe('starting');
  });

  it('looks again, once, when the port was lost to somebody', () => {
    const e = into('starting');
    e.tell(exit(e, 'port_busy'));
    expect(e.tell(gone(e))).toEqual(['identify 2']);
    expect(e.tell(free(e))).toEqual(['spawn llama.2']);
    expect(e.tell(exit(e, 'port_busy'))).toEqual(['verify llama.2', 'notice failed']);
  });

  it('fails with the holder named when something else is on the port', () => {
    const e = life();
    e.tell(up);
    expect(e.tell(foreign(e))).toEqual(['notice failed']);
    expect(e.state.phase).toMatchObject({ is: 'failed', cause: { message: 'pid 7 (nginx) is on port 8080.' } });
    expect(e.pass(600_000)).toEqual([]);
  });

  it('does not adopt a server when it is to run its own', () => {
    const e = life({ mode: 'managed' });
    e.tell(up);
    e.tell(match(e));
    expect(e.state.phase).toMatchObject({ is: 'failed', cause: { code: 'port_busy' } });
  });
});

describe('going down', () => {
  it('drains, signals, kills at the deadline, verifies, and only then is stopped', () => {
    const e = into('ready');
    e.tell({ type: 'flight', inFlight: 2 });
    e.tell(down);
    expect(e.pass(9_999)).toEqual([]);
    expect(e.pass(1)).toEqual(['stop llama.1']);
    expect(e.pass(10_000)).toEqual(['kill llama.1']);
    expect(e.tell(exit(e))).toEqual(['verify llama.1']);
    expect(e.phase()).toBe('stopping');
    expect(e.tell(gone(e))).toEqual([]);
    expect(e.phase()).toBe('stopped');
    expect(e.pass(3_600_000)).toEqual([]);
  });

  it.each(['idle', 'demand', 'memory', 'config'] as const)('lets requests finish when it goes down for %s', (by) => {
    const e = into('ready');
    e.tell({ type: 'want-down', by, hold: false });
    e.pass(3_600_000);
    expect(e.phase()).toBe('draining');
  });

  it('brings a deadline nearer, never further away', () => {
    const e = into('draining');
    e.tell(down);
    e.pass(5_000);
    e.tell({ type: 'want-down', by: 'quit', hold: false });
    expect(e.pass(5_000)).toEqual(['stop llama.1']);
  });

  it('chases survivors, then names them and only watches', () => {
    const e = into('stopping');
    e.tell(exit(e));
    expect(e.tell(left(e))).toEqual(['kill llama.1']);
    expect(e.pass(250)).toEqual(['verify llama.1']);
    e.tell(left(e));
    e.pass(10_000);
    expect(isOver(e.state)).toBe(false);
    expect(e.tell(left(e))).toEqual([]);
    expect(isOver(e.state)).toBe(true);
    expect(e.state.phase).toEqual({ is: 'stopped', cause: cause('survivors', 'pid 9 (worker) is still there.') });
    expect(e.pass(10_000)).toEqual(['verify llama.1']);
    expect(e.tell(left(e))).toEqual([]);
    e.pass(10_000);
    e.tell(gone(e));
    expect(e.state.phase).toEqual({ is: 'stopped', cause: null });
  });

  it('starts nothing beside named survivors, but chases them anew when it is wanted', () => {
    const e = into('stopping');
    e.tell(exit(e));
    e.now += 11_000;
    e.tell(left(e));
    expect(e.phase()).toBe('stopped');
    expect(e.tell(up)).toEqual(['verify llama.1']);
    expect(e.tell(left(e))).toEqual(['kill llama.1']);
    e.now += 11_000;
    e.tell({ type: 'tick' });
    expect(e.tell(left(e))).toEqual(['notice failed']);
    expect(e.state.phase).toMatchObject({ is: 'failed', cause: { code: 'survivors' } });
  });

  it('may be tried again by a request once it rested, which is told by a tick', () => {
    const e = readyLife({ retryFailed: 300_000 });
    e.tell(exit(e, 'out_of_memory'));
    e.tell(gone(e));
    expect(nextWake(e.state)).toBe(e.now + 300_000);
    e.pass(299_999);
    expect(e.tell(demand)).toEqual([]);
    e.pass(1);
    expect(e.state.phase).toMatchObject({ is: 'failed', mayRetry: true });
    expect(nextWake(e.state)).toBeNull();
    expect(e.tell(demand)).toEqual(['identify 2']);
    expect(e.phase()).toBe('starting');
  });

  it('lets requests finish before it is started again because of its memory, however long they take', () => {
    const e = into('ready');
    e.tell({ type: 'flight', inFlight: 1 });
    e.tell({ type: 'restart', by: 'memory' });
    expect(e.pass(3_600_000)).toEqual([]);
    expect(e.tell(drained)).toEqual(['stop llama.1']);
    e.tell(exit(e));
    expect(e.tell(gone(e))).toEqual(['identify 2']);
  });

  it('adds survivors to the cause of a failure', () => {
    const e = into('ready');
    e.tell(exit(e, 'out_of_memory'));
    e.now += 11_000;
    e.tell(left(e));
    expect(e.state.phase).toMatchObject({
      is: 'failed',
      cause: cause('out_of_memory', 'It was out_of_memory. pid 9 (worker) is still there.'),
    });
  });

  it('is not stopped by a stop during backoff before the last run is verified gone', () => {
    const e = into('ready');
    e.tell(exit(e));
    expect(e.phase()).toBe('backoff');
    e.tell(down);
    expect(e.phase()).toBe('stopping');
    expect(e.tell(left(e))).toEqual(['kill llama.1']);
    e.pass(250);
    e.tell(gone(e));
    expect(e.phase()).toBe('stopped');
  });

  it('starts again when it is wanted while it stops, as soon as it is gone', () => {
    const e = into('stopping');
    e.tell(up);
    e.tell(exit(e));
    expect(e.tell(gone(e))).toEqual(['identify 2']);
  });
});

describe('holds', () => {
  it('are set by a stop, ended by a start or by release, and demand respects them', () => {
    const e = into('stopping');
    e.tell(exit(e));
    e.tell(gone(e));
    expect(e.state.held).toBe(true);
    expect(e.tell(demand)).toEqual([]);
    expect(e.phase()).toBe('stopped');
    e.tell({ type: 'release' });
    expect(e.tell(demand)).toEqual(['identify 2']);
    e.tell(down);
    e.tell(up);
    expect(e.state.held).toBe(false);
  });

  it('are not set by an idle stop', () => {
    const e = into('draining');
    expect(e.state.held).toBe(false);
  });
});

describe('restarts', () => {
  it('waits longer each time, then gives up', () => {
    const e = into('ready');
    const waits: number[] = [];
    for (let n = 0; n < 3; n++) {
      e.tell(exit(e));
      e.tell(gone(e));
      waits.push((nextWake(e.state) ?? 0) - e.now);
      expect(e.pass(60_000)).toEqual([`identify ${n + 2}`]);
      e.tell(free(e));
    }
    expect(waits).toEqual([1_000, 2_000, 4_000]);
    expect(restartsInWindow(e.state, e.now)).toBe(3);
    expect(e.tell(exit(e))).toEqual(['verify llama.4', 'notice failed']);
    e.tell(gone(e));
    expect(e.pass(3_600_000)).toEqual([]);
  });

  it('come as soon as the first one when it was ready in between, and still count', () => {
    const e = into('ready');
    const waits: number[] = [];
    for (let n = 0; n < 3; n++) {
      e.tell(exit(e));
      e.tell(gone(e));
      waits.push((nextWake(e.state) ?? 0) - e.now);
      e.pass(60_000);
      e.tell(free(e));
      e.pass(200);
      e.tell(answer(e, 'ready'));
    }
    expect(waits).toEqual([1_000, 1_000, 1_000]);
    expect(e.phase()).toBe('ready');
    expect(e.tell(exit(e))).toEqual(['verify llama.4', 'notice failed']);
  });

  it('forgets ends that are older than the window', () => {
    const e = into('ready');
    for (let n = 0; n < 10; n++) {
      e.tell(exit(e));
      e.tell(gone(e));
      e.pass(1_000);
      e.tell(free(e));
      e.now += 600_001;
    }
    expect(e.phase()).toBe('starting');
    expect(restartsInWindow(e.state, e.now)).toBe(0);
  });

  it('never happen when they are off', () => {
    const e = readyLife({ restart: null });
    expect(e.tell(exit(e))).toEqual(['verify llama.1', 'notice failed']);
  });

  it('tell a person of the end of trouble once', () => {
    const e = into('backoff');
    e.pass(1_000);
    e.tell(free(e));
    e.pass(200);
    expect(e.tell(answer(e, 'ready'))).toEqual(['notice recovered']);
    e.pass(10_000);
    expect(e.tell(answer(e, 'ready'))).toEqual([]);
  });

  it('for new settings is not called off by a wish that comes while it drains', () => {
    const e = into('ready');
    e.tell({ type: 'settings', settings: settings(), restart: true });
    e.tell(down);
    e.tell(up);
    expect(e.phase()).toBe('draining');
    e.tell(drained);
    e.tell(exit(e));
    expect(e.tell(gone(e))).toEqual(['identify 2']);
  });
});

describe('health', () => {
  it('takes bytes for a heartbeat and probes only after silence', () => {
    const e = into('ready');
    e.pass(9_000);
    e.tell({ type: 'heard' });
    expect(e.pass(9_999)).toEqual([]);
    expect(e.pass(1)).toEqual(['probe live']);
  });

  it('needs failures in a row and 30 s without a byte', () => {
    const e = into('ready');
    e.tell({ type: 'flight', inFlight: 1 });
    for (let i = 0; i < 2; i++) {
      e.pass(10_000);
      e.tell(answer(e, 'silent'));
    }
    e.tell({ type: 'output', run: run(e) });
    for (let i = 0; i < 2; i++) {
      e.pass(10_000);
      e.tell(answer(e, 'silent'));
      expect(e.phase()).toBe('ready');
    }
    e.pass(20_000);
    e.tell(answer(e, 'silent'));
    expect(e.phase()).toBe('unhealthy');
  });

  it('restarts an unhealthy engine with requests in flight only after two minutes', () => {
    const e = into('unhealthy');
    const seen: string[] = [];
    for (let i = 0; i < 11; i++) {
      seen.push(...e.pass(10_000));
      e.tell(answer(e, 'bad'));
    }
    expect(seen).not.toContain('stop llama.1');
    expect(e.pass(10_000)).toContain('stop llama.1');
    e.tell(exit(e));
    expect(e.tell(gone(e))).toEqual(['notice crashed']);
    expect(e.phase()).toBe('backoff');
  });

  it('leaves an unhealthy engine alone when restarts are off', () => {
    const e = readyLife({ restart: null });
    for (let i = 0; i < 3; i++) {
      e.pass(10_000);
      e.tell(answer(e, 'bad'));
    }
    expect(e.phase()).toBe('unhealthy');
    expect(e.pass(600_000)).toEqual(['probe live']);
    e.tell(answer(e, 'ready'));
    expect(e.phase()).toBe('ready');
  });

  it('passes no verdict on the first probe after the computer slept', () => {
    const e = readyLife({ health: { every: 10_000, failures: 1 } });
    e.now += 3_600_000;
    e.tell({ type: 'woke' });
    e.pass(30_000);
    e.tell(answer(e, 'silent'));
    expect(e.phase()).toBe('ready');
    e.pass(10_000);
    e.tell(answer(e, 'silent'));
    expect(e.phase()).toBe('stopping');
  });

  it('has its two minutes anew when the computer slept through them', () => {
    const e = into('unhealthy');
    e.now += 3_600_000;
    expect(e.tell({ type: 'woke' })).toEqual([]);
    expect(e.phase()).toBe('unhealthy');
    e.pass(121_000);
    expect(e.phase()).toBe('stopping');
  });

  it('is not probed when health is off, and is again once it is on', () => {
    const e = readyLife({ health: null });
    expect(e.pass(3_600_000)).toEqual([]);
    e.tell({ type: 'settings', settings: settings(), restart: false });
    expect(e.pass(10_000)).toEqual(['probe live']);
  });
});

describe('a server that was ended on a person’s word', () => {
  const adopted = (): Life => {
    const e = life({ mode: 'auto' });
    e.tell(up);
    e.tell(match(e));
    e.tell(answer(e, 'ready'));
    expect(e.state).toMatchObject({ owner: 'external', phase: { is: 'ready' } });
    return e;
  };

  it('is given no grace: ours is started as soon as the port is looked at', () => {
    const e = adopted();
    expect(e.tell({ type: 'vacated' })).toEqual(['identify 2']);
    expect(e.tell(free(e))).toEqual(['spawn llama.1']);
    expect(e.state.owner).toBe('managed');
  });

  it('is adopted again when it is back by then', () => {
    const e = adopted();
    e.tell({ type: 'vacated' });
    expect(e.tell(match(e))).toEqual(['probe ready']);
    expect(e.state.owner).toBe('external');
  });

  it('changes nothing for an engine that we run, or may not run', () => {
    const ours = into('ready');
    const before = ours.state;
    expect(ours.tell({ type: 'vacated' })).toEqual([]);
    expect(ours.state).toEqual(before);
    const theirs = life({ mode: 'external' });
    theirs.tell({ type: 'vacated' });
    expect(theirs.state.owner).toBe('external');
  });
});

describe('external engines', () => {
  const external = (): Life => {
    const e = life({ mode: 'external' });
    e.pass(0);
    e.tell(answer(e, 'ready'));
    return e;
  };

  it('are probed at once, and neither stop nor restart nor demand touches them', () => {
    const e = external();
    expect(e.phase()).toBe('ready');
    for (const event of [down, up, demand, drained, { type: 'restart', by: 'user' }, { type: 'force' }] as Told[])
      expect(e.tell(event)).toEqual([]);
    expect(e.phase()).toBe('ready');
    expect(e.state.held).toBe(false);
  });

  it('are given 5 s to come back before nothing answers', () => {
    const e = external();
    e.pass(10_000);
    e.tell(answer(e, 'silent'));
    expect(e.state.phase).toMatchObject({ is: 'unhealthy', cause: { code: 'unreachable' } });
    for (let i = 0; i < 4; i++) {
      e.pass(1_000);
      e.tell(answer(e, 'silent'));
    }
    expect(e.phase()).toBe('unhealthy');
    e.pass(1_000);
    e.tell(answer(e, 'silent'));
    expect(e.state.phase).toMatchObject({ is: 'stopped', cause: { code: 'unreachable' } });
    expect(e.pass(10_000)).toEqual(['probe ready']);
  });

  it('that are gone are looked at anew for a person, who is not told what an earlier look found', () => {
    const e = life({ mode: 'external' });
    e.pass(0);
    e.tell(answer(e, 'silent'));
    e.tell(demand);
    expect(e.state.phase).toMatchObject({ is: 'stopped', cause: { code: 'unreachable' } });
    e.pass(0);
    e.tell(answer(e, 'silent'));
    e.tell(up);
    expect(e.state.phase).toEqual({ is: 'stopped', cause: null });
    expect(e.pass(0)).toEqual(['probe ready']);
  });

  it('have the whole grace when they fall silent after bad answers', () => {
    const e = external();
    for (let i = 0; i < 6; i++) {
      e.pass(10_000);
      e.tell(answer(e, 'bad'));
    }
    expect(e.phase()).toBe('unhealthy');
    e.pass(10_000);
    e.tell(answer(e, 'silent'));
    expect(e.phase()).toBe('unhealthy');
  });

  it('are asked again after a bad answer even when health is off', () => {
    const e = life({ mode: 'external', health: null });
    e.pass(0);
    e.tell(answer(e, 'bad'));
    expect(e.phase()).toBe('unhealthy');
    expect(e.pass(10_000)).toEqual(['probe live']);
  });

  it('are found by `auto`, and started by us once they vanish while wanted', () => {
    const e = life({ mode: 'auto' });
    expect(e.pass(0)).toEqual(['identify 1']);
    expect(e.tell(match(e))).toEqual(['probe ready']);
    e.tell(answer(e, 'ready'));
    expect(e.state.owner).toBe('external');
    e.tell(up);
    const seen = vanish(e);
    expect(seen.at(-1)).toBe('identify 2');
    expect(e.tell(free(e))).toEqual(['spawn llama.1']);
  });

  it('that were adopted are looked at even when health is off, so that ours can take their place', () => {
    const e = life({ mode: 'auto', health: null });
    e.pass(0);
    e.tell(match(e));
    e.tell(answer(e, 'ready'));
    e.tell(up);
    expect(vanish(e)).toContain('identify 2');
  });

  it('are not replaced by ours after the stack was switched off meanwhile', () => {
    const e = life({ mode: 'auto' });
    e.tell({ type: 'want-up', by: 'app' });
    e.tell(match(e));
    e.tell(answer(e, 'ready'));
    expect(e.tell(down)).toEqual([]);
    expect(e.state.held).toBe(false);
    vanish(e);
    expect(e.phase()).toBe('stopped');
    expect(e.state.held).toBe(true);
    expect(e.tell(demand)).toEqual([]);
  });

  function vanish(e: Life): string[] {
    const seen: string[] = [];
    for (let i = 0; i < 20 && e.state.owner === 'external'; i++) {
      seen.push(...e.pass(10_000));
      seen.push(...e.tell(answer(e, 'silent')));
    }
    return seen;
  }
});

describe('a change of mode', () => {
  it('lets ours drain and go before somebody else’s is looked at', () => {
    const e = into('ready');
    expect(e.tell({ type: 'settings', settings: settings({ mode: 'external' }), restart: true })).toEqual([]);
    expect(e.phase()).toBe('draining');
    expect(e.tell(drained)).toEqual(['stop llama.1']);
    e.tell(exit(e));
    e.tell(gone(e));
    expect(e.state.owner).toBe('external');
    expect(e.pass(0)).toEqual(['probe ready']);
  });

  it('from external starts ours when it is wanted', () => {
    const e = life({ mode: 'external' });
    e.pass(0);
    e.tell(answer(e, 'silent'));
    e.tell(up);
    expect(e.tell({ type: 'settings', settings: settings(), restart: true })).toEqual(['identify 2']);
    expect(e.tell(free(e))).toEqual(['spawn llama.1']);
  });
});

describe('stale news', () => {
  const old: Told[] = [
    { type: 'exited', run: 'llama.0', cause: cause('exited') },
    { type: 'verified', run: 'llama.0', survivors: null },
    { type: 'spawn-failed', run: 'llama.0', cause: cause('spawn_failed') },
    { type: 'probed', run: 'llama.0', state: 'bad', progress: null, cause: null },
    { type: 'output', run: 'llama.0' },
    { type: 'identified', ask: 0, result: 'match' },
  ];
  for (const phase of Object.keys(INTO))
    it(`changes nothing in ${phase}`, () => {
      const e = into(phase);
      const before = e.state;
      for (const event of old.slice(0, before.asks === 0 ? -1 : undefined)) {
        expect(e.tell(event)).toEqual([]);
        expect(e.state).toBe(before);
      }
    });
});
