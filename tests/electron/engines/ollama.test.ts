/** Ollama's profile against what a real 0.17.4 answered. */
import { describe, expect, it } from 'vitest';
import { explainExit } from '../../../electron/core/causes.ts';
import { ollama } from '../../../electron/engines/ollama.ts';
import { recordedAnswer, recordedFile } from '../../support/recordings.ts';
import { answer, recorded as llamaServer, silence } from './recorded.ts';

const recorded = (name: string) => recordedAnswer('ollama', name);

describe('a recorded Ollama', () => {
  it('is known by its greeting, and no llama-server is taken for it', () => {
    expect(ollama.identify(recorded('root'))).toBe(true);
    expect(ollama.identify(llamaServer('root'))).toBe(false);
  });

  it('is ready by its version', () => {
    expect(ollama.judge(recorded('version')).state).toBe('ready');
    // What a build without Ollama's own release script calls itself.
    expect(ollama.version(recorded('version'))).toBe('0.0.0');
    expect(ollama.judge(recorded('not-found')).state).toBe('bad');
  });

  it('has no models at first, then what is on disk', () => {
    expect(ollama.reported(recorded('tags-empty'), recorded('ps-empty'))).toEqual([]);
    expect(ollama.reported(recorded('tags'), recorded('ps-nothing-loaded'))).toEqual([
      { id: 'second:7b', phase: 'not_loaded', progress: null, context_length: null, bytes: 589_518, loadable: true },
      {
        id: 'tiny:latest',
        phase: 'not_loaded',
        progress: null,
        context_length: null,
        bytes: 589_518,
        loadable: true,
        also: ['tiny'],
      },
    ]);
  });

  it('has a model ready once it is in memory, with its context', () => {
    const models = ollama.reported(recorded('tags'), recorded('ps-loaded'));
    expect(models?.find(({ id }) => id === 'tiny:latest')).toMatchObject({ phase: 'ready', context_length: 2048 });
    expect(models?.find(({ id }) => id === 'second:7b')).toMatchObject({ phase: 'not_loaded' });
    const after = ollama.reported(recorded('tags'), recorded('ps-after-unload'));
    expect(after?.every(({ phase }) => phase === 'not_loaded')).toBe(true);
  });

  it('does not say that a model is there while it is still loading', () => {
    const { seen } = recordedFile('ollama', 'ps-while-loading') as { seen: { models: { name: string }[] }[] };
    expect(seen.length).toBeGreaterThan(1);
    for (const { models } of seen) expect(models.map(({ name }) => name)).not.toContain('big:latest');
  });

  it('tells nothing when its list does not come, and keeps it when only the second question fails', () => {
    expect(ollama.reported(answer(500, null))).toBeNull();
    expect(ollama.reported(recorded('tags'), silence('timeout'))).toHaveLength(2);
  });
});

describe('what a model can do', () => {
  it('is asked for by its name, and told by its capabilities', () => {
    const way = ollama.describe;
    expect(way?.ask('tiny:latest')).toEqual({ method: 'POST', path: '/api/show', body: { model: 'tiny:latest' } });
    expect(way?.read(recorded('show'))).toEqual({ can: { images: false, tools: false, reasoning: false } });
    expect(way?.read(recorded('missing-show'))).toBeNull();
  });

  // Not recorded: no such model is at hand. Words of types/model/capability.go, documented in docs/api.md.
  it('reads the documented words, and takes no answer for a no', () => {
    const read = (body: unknown) => ollama.describe?.read(answer(200, body));
    expect(read({ capabilities: ['completion', 'vision', 'tools', 'thinking'] })).toEqual({
      can: { images: true, tools: true, reasoning: true },
    });
    expect(read({ details: { quantization_level: 'Q4_K_M' } })).toEqual({ quantization: 'Q4_K_M' });
  });
});

describe('loading and unloading', () => {
  it('loads by an embedding of nothing, which a model for embeddings alone allows too', () => {
    expect(ollama.loading?.load('tiny')).toEqual({ method: 'POST', path: '/api/embed', body: { model: 'tiny' } });
    for (const [name, model] of [
      ['load-any', 'tiny'],
      ['embedding-model-load', 'for-embeddings'],
    ] as const)
      expect(recordedFile('ollama', name)).toMatchObject({
        request: ollama.loading?.load(model),
        response: { status: 200, json: { embeddings: [] } },
      });
    expect(recordedFile('ollama', 'embedding-model-ps')).toMatchObject({
      response: {
        json: { models: expect.arrayContaining([expect.objectContaining({ name: 'for-embeddings:latest' })]) },
      },
    });
    expect(recordedFile('ollama', 'embedding-model-generate')).toMatchObject({ response: { status: 400 } });
  });

  it('unloads by a generation of nothing that may stay for no time', () => {
    expect(ollama.loading?.unload('tiny')).toEqual({
      method: 'POST',
      path: '/api/generate',
      body: { model: 'tiny', keep_alive: 0, stream: false },
    });
    for (const [name, model] of [
      ['unload', 'tiny'],
      ['embedding-model-unload', 'for-embeddings'],
    ] as const)
      expect(recordedFile('ollama', name)).toMatchObject({
        request: ollama.loading?.unload(model),
        response: { status: 200, json: { done_reason: 'unload' } },
      });
  });
});

describe('its end', () => {
  it('is code 0 on either signal, its runner gone with it; killed, it leaves the runner', () => {
    const end = (runnersAliveAfter200ms: number) => ({ runners: 1, runnersAliveAfter200ms });
    expect(recordedFile('ollama', 'ends')).toMatchObject({
      'TERM with a model': { code: 0, signal: null, ...end(0) },
      'INT with a model': { code: 0, signal: null, ...end(0) },
      'KILL with a model': { code: null, signal: 'SIGKILL', ...end(1) },
    });
    expect(ollama.stop).toEqual({ signal: 'SIGTERM', to: 'leader' });
  });

  it('is explained for a taken port', () => {
    const { log, code, signal } = recordedFile('ollama', 'port-in-use') as {
      log: string;
      code: number;
      signal: null;
    };
    expect(explainExit({ failures: ollama.failures, logTail: log, code, signal }).code).toBe('port_busy');
  });
});

it('listens on IPv6 as its address is given', () => {
  expect(recordedFile('ollama', 'ipv6')).toMatchObject({ says: expect.stringMatching(/^Listening on \[::1\]:\d+$/) });
});
