import { describe, expect, it } from 'vitest';
import { jobs } from '../../../renderer/jobs.ts';
import { commandsOf } from '../../../renderer/palette/commands.ts';
import { MAX_ROWS, search } from '../../../renderer/palette/search.ts';
import { engine, JOBS, model, SNAPSHOT } from '../support/recorded.ts';

const titles = (text: string, snapshot = SNAPSHOT) =>
  search(commandsOf(snapshot), text).flatMap(({ items }) => items.map(({ command }) => command.title));

describe('commandsOf', () => {
  it('offers what can be done with each engine as it is now, and nothing else', () => {
    const of = (name: string) =>
      commandsOf(SNAPSHOT)
        .filter(({ group, title }) => group === 'Engines' && title.endsWith(` ${name}`))
        .map(({ title }) => title);
    expect(of('llama')).toEqual([
      'Stop llama',
      'Restart llama',
      'Pin llama',
      'Log of llama',
      'Config of llama',
      'Copy the address of llama',
    ]);
    expect(of('qwen-vllm')).toEqual([
      'Start qwen-vllm',
      'Log of qwen-vllm',
      'Config of qwen-vllm',
      'Copy the address of qwen-vllm',
    ]);
    // somebody else runs it
    expect(of('ollama')).toEqual(['Log of ollama', 'Config of ollama', 'Copy the address of ollama']);
    expect(commandsOf(SNAPSHOT).map(({ title }) => title)).toContain('Take over ollama…');
  });

  it('offers models, the stack, the window and every page', () => {
    const all = commandsOf(SNAPSHOT).map(({ title }) => title);
    expect(all).toEqual(
      expect.arrayContaining([
        'Unload gemma-3-4b-it',
        'Load phi-4-Q5_K_M',
        'Verify qwen-coder',
        'Copy qwen-coder',
        'Try qwen-coder in playground',
        'Turn the stack off',
        'Free GPU memory',
        'Copy base URL',
        'Verify all models',
        'Theme: Dark',
        'Get a model…',
        'Clear cooldowns',
        'Requests for qwen-coder',
        'Settings: gateway',
      ]),
    );
  });

  it('offers to end a download and to begin a failed one again, and cooldowns only where there is one', () => {
    jobs.setState({ list: JOBS });
    const all = commandsOf({ ...SNAPSHOT, models: [] }).map(({ title }) => title);
    expect(all).toContain(`Cancel ${JOBS[0]?.title}`);
    expect(all).toContain(`Try ${JOBS[2]?.title} again`);
    expect(all).not.toContain(`Cancel ${JOBS[2]?.title}`);
    expect(all).not.toContain('Clear cooldowns');
    jobs.setState({ list: null });
  });

  it('gives each its own id', () => {
    const ids = commandsOf(SNAPSHOT).map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe('search', () => {
  it('finds words in any order, and marks what it found', () => {
    expect(titles('llama stop')[0]).toBe('Stop llama');
    expect(titles('stop llama')[0]).toBe('Stop llama');
    const [hit] = search(commandsOf(SNAPSHOT), 'fgm').flatMap(({ items }) => items);
    expect(hit?.command.title).toBe('Free GPU memory');
    expect(hit?.title.filter(({ found }) => found).map(({ text }) => text)).toEqual(['F', 'G', 'm']);
  });

  it('finds by the small print too, after what is found by title', () => {
    expect(titles('failed')).toContain('Start qwen-vllm');
  });

  it('says nothing to nonsense', () => expect(search(commandsOf(SNAPSHOT), 'xyzzy')).toEqual([]));

  it('never gives more rows than are mounted, of however many models', () => {
    const models = Array.from({ length: 3000 }, (_, i) => model(`m-${i}`, 'llama'));
    const many = { ...SNAPSHOT, models, engines: [engine('llama')] };
    expect(titles('', many)).toHaveLength(MAX_ROWS);
    expect(titles('m-1', many)).toHaveLength(MAX_ROWS);
    expect(titles('copy m-2999', many)[0]).toBe('Copy m-2999');
  });
});
