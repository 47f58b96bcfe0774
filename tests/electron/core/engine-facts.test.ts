import { describe, expect, it } from 'vitest';
import { type EngineFacts, isCalled, type KnownModel, targetPhase } from '../../../electron/core/engine-facts.ts';
import { readyLife } from '../../support/engine-life.ts';

const known = (id: string, over: Partial<KnownModel> = {}): KnownModel => ({
  id,
  phase: 'not_loaded',
  progress: null,
  context_length: null,
  loadable: true,
  ...over,
});

/** A ready engine with these models; nothing else of it is asked for here. */
const engine = (...models: KnownModel[]): EngineFacts =>
  ({ state: readyLife().state, models, cooling: {} }) as Partial<EngineFacts> as EngineFacts;

describe('a model under another name', () => {
  const ollama = engine(known('llama3.1:latest', { also: ['llama3.1'], phase: 'ready' }), known('qwen2.5:7b'));

  it('is the model that its engine reports, with or without `:latest`', () => {
    expect(targetPhase(ollama, 'llama3.1').phase).toBe('ready');
    expect(targetPhase(ollama, 'llama3.1:latest').phase).toBe('ready');
    expect(targetPhase(ollama, 'qwen2.5:7b').phase).toBe('not_loaded');
  });

  it('is not one with another tag, which the engine then does not have', () => {
    expect(targetPhase(ollama, 'qwen2.5').phase).toBe('unavailable');
    expect(targetPhase(ollama, 'llama3.1:70b').phase).toBe('unavailable');
    expect(isCalled(known('a'), 'a')).toBe(true);
    expect(isCalled(known('a'), 'b')).toBe(false);
  });
});
