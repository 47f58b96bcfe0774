import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planChange } from '../../../electron/core/plan.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import { CONTRACT_EXAMPLE } from '../../fixtures/contract-example.ts';

const revised = (text: string, revision = 'new') => {
  const { config, findings } = parseConfig(text);
  if (!config) throw new Error(findings.map((f) => f.message).join(' '));
  return { config, revision };
};
const BEFORE = revised(CONTRACT_EXAMPLE, 'old');
const plan = (change: (text: string) => string, running: string[] = [], inFlight = 0) =>
  planChange(BEFORE, revised(change(CONTRACT_EXAMPLE)), new Set(running), inFlight);
const touched = (p: ReturnType<typeof plan>) => p.engines.filter((e) => e.action !== 'keep');

describe('a plan', () => {
  it('is empty when only comments change', () => {
    expect(plan((text) => `# hello\n${text}`, ['llama'], 3)).toMatchObject({
      base_revision: 'old',
      revision: 'new',
      changed: false,
      routes: [],
      gateway: { action: 'keep', keys: [] },
      in_flight: 0,
      other: [],
    });
  });

  it('is empty when keys only change places', () => {
    expect(plan((text) => text.replace('port: 8001\n    group: gpu0', 'group: gpu0\n    port: 8001')).changed).toBe(
      false,
    );
  });

  it('restarts the engine whose process would be another, and no other', () => {
    const result = plan((text) => text.replace('["-t", "4"]', '["-t", "8"]'), ['llama', 'ollama'], 2);
    expect(touched(result)).toEqual([{ name: 'llama', action: 'restart', keys: ['args'], running: true }]);
    expect(result).toMatchObject({ changed: true, in_flight: 2, routes: [] });
  });

  it('disturbs nobody when the engine does not run', () => {
    const result = plan((text) => text.replace('["-t", "4"]', '["-t", "8"]'), ['ollama'], 2);
    expect(touched(result)).toEqual([{ name: 'llama', action: 'restart', keys: ['args'], running: false }]);
    expect(result.in_flight).toBe(0);
  });

  it.each([
    ['health: { every: 5s }', ['health.every']],
    ['restart: { max: 1, backoff: 2s }', ['restart.max', 'restart.backoff']],
    ['start: with-app', ['start']],
    ['idle_stop: 5m', ['idle_stop']],
    ['max_concurrent: 2', ['max_concurrent']],
    ['ready_timeout: 1m', ['ready_timeout']],
  ])('takes %s over without a restart', (line, keys) => {
    const result = plan(
      (text) => text.replace('    kind: llama.cpp\n', `    kind: llama.cpp\n    ${line}\n`),
      ['llama'],
      2,
    );
    expect(touched(result)).toEqual([{ name: 'llama', action: 'update', keys, running: true }]);
    expect(result.in_flight).toBe(0);
  });

  it.each([
    ['port: 9000', 'port'],
    ['host: 127.0.0.2', 'host'],
    ['env: { A: b }', 'env'],
    ['command: other', 'command'],
    ['cwd: /tmp', 'cwd'],
    ['api_key: "${secret:x}"', 'api_key'],
  ])('restarts for %s', (line, key) => {
    const result = plan((text) => text.replace('    kind: llama.cpp\n', `    kind: llama.cpp\n    ${line}\n`));
    expect(touched(result)).toEqual([{ name: 'llama', action: 'restart', keys: [key], running: false }]);
  });

  it('restarts nothing of somebody else', () => {
    const result = plan((text) => text.replace('192.0.2.10:8000', '192.0.2.11:8000'), ['workstation'], 1);
    expect(touched(result)).toEqual([{ name: 'workstation', action: 'update', keys: ['url'], running: true }]);
    expect(result.in_flight).toBe(0);
  });

  it('adds and removes, in the order of the file, the removed last', () => {
    const result = plan((text) => text.replace('  workstation:', '  desk:'), ['workstation'], 4);
    expect(touched(result)).toEqual([
      { name: 'desk', action: 'add', keys: [], running: false },
      { name: 'workstation', action: 'remove', keys: [], running: true },
    ]);
    expect(result.in_flight).toBe(4);
  });

  it('names the routes whose meaning changes', () => {
    const result = plan((text) =>
      text
        .replace('fallbacks: [llama3.1]', 'strategy: least-busy')
        .replace('gpt-4o-mini: qwen-coder', 'gpt-4o: qwen-coder')
        .concat('patterns: [{ match: "^x", engine: ollama }]\n'),
    );
    expect(result.routes).toEqual(['qwen-coder', 'gpt-4o', 'gpt-4o-mini', '^x']);
    expect(touched(result)).toEqual([]);
  });

  it('counts timeouts of routing as the routes’ own', () => {
    const result = plan((text) => `${text}routing: { timeouts: { idle: 1m } }\n`);
    expect(result).toMatchObject({ routes: ['qwen-coder', 'llama3.1'], other: ['routing'] });
  });

  it('binds the gateway anew for another address only', () => {
    expect(plan((text) => text.replace('port: 4000', 'port: 4001'), [], 5)).toMatchObject({
      gateway: { action: 'rebind', keys: ['port'] },
      in_flight: 5,
    });
    expect(plan((text) => text.replace('port: 4000', 'port: 4000, max_body: 1MiB'), [], 5)).toMatchObject({
      gateway: { action: 'update', keys: ['max_body'] },
      in_flight: 0,
    });
  });

  it('from nothing adds everything', () => {
    const result = planChange(null, BEFORE, new Set(), 0);
    expect(result).toMatchObject({ base_revision: null, changed: true, gateway: { action: 'rebind' } });
    expect(result.engines.map((e) => e.action)).toEqual(Array(5).fill('add'));
    expect(result.routes).toEqual(['qwen-coder', 'llama3.1', 'gpt-4o-mini']);
  });

  it('back undoes what a plan forth does', () => {
    const lines = ['start: manual', 'port: 9000', 'health: { every: null }', 'group: g', 'cwd: /x'];
    fc.assert(
      fc.property(fc.subarray(lines), fc.subarray(lines), (a, b) => {
        const config = (extra: string[]) =>
          revised(`engines:\n  l:\n    kind: vllm\n    model: m\n${extra.map((l) => `    ${l}\n`).join('')}`);
        const forth = planChange(config(a), config(b), new Set(), 0);
        const back = planChange(config(b), config(a), new Set(), 0);
        expect(back.engines).toEqual(forth.engines);
        expect(forth.changed).toBe([...a].sort().join() !== [...b].sort().join());
      }),
    );
  });
});
