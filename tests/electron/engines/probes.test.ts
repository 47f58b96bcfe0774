/** What is polled, for every kind: nothing that wakes a model, loads one, keeps one in memory or waits for one. */
import { describe, expect, it } from 'vitest';
import type { EngineProfile } from '../../../electron/engines/profile.ts';
import { PROFILES } from '../../../electron/engines/profiles.ts';

/** Paths that do more than answer, with the word of whoever says so. */
const NOT_TO_BE_POLLED: Readonly<Record<string, readonly (readonly [path: RegExp, source: string])[]>> = {
  ollama: [[/^\/api\/(generate|chat|embed)/, 'docs/api.md: a model named there is loaded, and its time starts anew']],
  vllm: [
    [/^\/(wake_up|sleep|pause|resume)/, 'docs/features/sleep_mode.md'],
    [/^\/(invocations|ping\/)/, 'docs/usage/security.md: runs a model, without a key'],
    [/^\/health_generate/, 'generates a token'],
  ],
  'llama.cpp': [
    [
      /^\/(slots|tokenize|apply-template)/,
      'tools/server/README.md: resets the timer of --sleep-idle-seconds; it even wakes the model (recorded: work-wakes.json)',
    ],
    [/^\/models\/load/, 'tools/server/README.md'],
    [/^\/metrics\?(?!.*autoload=false)/, 'loads the model that it names (recorded: work-router-loads.json)'],
  ],
  'llama-cpp-python': [],
  litellm: [[/^\/health($|\?)/, 'docs.litellm.ai/docs/proxy/health: calls every model']],
  openai: [],
};

const asked = (profile: EngineProfile) =>
  [...Object.values(profile.probes), ...(profile.work?.ask(MODELS) ?? [])].flatMap((spec) => spec ?? []);

/** One that an engine has by itself, and one that it may load. */
const MODELS = [false, true].map((loadable) => ({
  id: 'x',
  phase: 'ready' as const,
  progress: null,
  context_length: null,
  loadable,
}));

describe.each(Object.entries(PROFILES))('%s', (kind, profile) => {
  it('is asked what a model can do by a question that only reads, where its list does not tell', () => {
    const spec = profile.describe?.ask('x');
    if (spec === undefined) return;
    expect(spec.path).toBe('/api/show');
    for (const [path, source] of NOT_TO_BE_POLLED[kind] ?? []) expect(spec.path, source).not.toMatch(path);
  });

  it('is filed under its own kind', () => expect(profile.kind).toBe(kind));

  it('is only looked at, by paths of its own server', () => {
    for (const spec of asked(profile)) {
      expect(spec.method).toBe('GET');
      expect(spec.body).toBeUndefined();
      expect(spec.path).toMatch(/^\//);
      for (const [path, source] of NOT_TO_BE_POLLED[kind] ?? []) expect(spec.path, source).not.toMatch(path);
      expect(spec.path, 'an answer of a model').not.toMatch(/completions|embeddings|responses|messages|rerank|audio/);
    }
  });
});
