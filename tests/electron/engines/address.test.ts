import { describe, expect, it } from 'vitest';
import { addressOf, reachable } from '../../../electron/engines/address.ts';
import { expandHome } from '../../../electron/engines/arguments.ts';
import { engineConfig } from '../../support/engine-config.ts';

describe('addressOf', () => {
  it('is the url of an external engine, without a slash at its end', () => {
    expect(addressOf(engineConfig({ kind: 'openai', url: 'http://box:8000/v1/' }), null)).toBe('http://box:8000/v1');
  });
  it('is host and port of a managed one, once it has a port', () => {
    const config = engineConfig({ kind: 'llama.cpp', model: 'm.gguf' });
    expect(addressOf(config, 5001)).toBe('http://127.0.0.1:5001');
    expect(addressOf(config, null)).toBeNull();
  });
  it('is host and port of one that may turn out to run already', () => {
    const config = engineConfig({ kind: 'ollama', url: 'http://127.0.0.1:7000' });
    expect(addressOf(config, config.port)).toBe('http://127.0.0.1:11434');
  });
  it('can be connected to when the engine listens everywhere', () => {
    expect(addressOf(engineConfig({ kind: 'vllm', model: 'm', host: '0.0.0.0' }), 1)).toBe('http://127.0.0.1:1');
    expect(addressOf(engineConfig({ kind: 'vllm', model: 'm', host: '::' }), 1)).toBe('http://[::1]:1');
    expect(reachable('[fe80::1]')).toBe('fe80::1');
  });
});

describe('expandHome', () => {
  const linux = { home: '/home/ada', platform: 'linux' } as const;
  const windows = { home: 'C:\\Users\\ada\\', platform: 'win32' } as const;
  it.each([
    ['~', linux, '/home/ada'],
    ['~/m', linux, '/home/ada/m'],
    ['~bob/m', linux, '~bob/m'],
    ['a/~/m', linux, 'a/~/m'],
    ['~\\m', linux, '~\\m'],
    ['~\\m', windows, 'C:\\Users\\ada\\m'],
  ])('%s', (path, context, expected) => expect(expandHome(path, context)).toBe(expected));
});
