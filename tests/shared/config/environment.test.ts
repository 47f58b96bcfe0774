import { describe, expect, it } from 'vitest';
import { type EnvironmentFacts, environmentFindings } from '../../../shared/config/environment.ts';
import { checkLitellm } from '../../../shared/config/litellm-check.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import { CONTRACT_EXAMPLE } from '../../fixtures/contract-example.ts';

const look = (text: string, facts: Partial<EnvironmentFacts> = {}) => {
  const { config } = parseConfig(text);
  if (!config) throw new Error('the config has errors');
  const all = () => true;
  return environmentFindings(config, text, {
    env: all,
    secret: all,
    commandExists: all,
    pathExists: all,
    litellmErrors: () => [],
    ...facts,
  });
};

describe('what a machine lacks', () => {
  it('is nothing where all is there', () => {
    expect(look(CONTRACT_EXAMPLE)).toEqual([]);
  });

  it('is warned of, never an error', () => {
    const none = () => false;
    const found = look(CONTRACT_EXAMPLE, { env: none, secret: none, commandExists: none, pathExists: none });
    expect(found.map((f) => [f.severity, f.code, `${f.line}:${f.column}`])).toEqual([
      ['warning', 'command_not_found', '5:3'],
      ['warning', 'command_not_found', '6:3'],
      ['warning', 'path_missing', '8:17'],
      ['warning', 'command_not_found', '10:3'],
      ['warning', 'command_not_found', '16:3'],
      ['warning', 'secret_unset', '21:73'],
    ]);
    expect(found.at(-1)?.hint).toContain('STACKYARD_SECRET_WORKSTATION');
  });

  it('is asked for by the names in the file', () => {
    const asked: string[] = [];
    const note = (name: string) => asked.push(name) > 0;
    const text =
      'engines:\n  a: { kind: llama.cpp, command: ./bin/x, model: "~/m.gguf", args: ["${env:A}"], env: { K: "${secret:k}" } }\n' +
      '  b: { kind: vllm, model: org/name }\n  c: { kind: vllm, model: ./folder }\n  d: { kind: ollama, mode: external }\n';
    look(text, { env: note, secret: note, commandExists: note, pathExists: note });
    expect(asked.sort()).toEqual(['./bin/x', './folder', 'A', 'k', 'vllm', 'vllm', '~/m.gguf'].sort());
  });

  it('can’t be told of a path with a reference in it', () => {
    expect(
      look('engines: { a: { kind: llama.cpp, model: "${env:M}/m.gguf" } }\n', { pathExists: () => false }),
    ).toEqual([]);
  });

  it('tells an error of LiteLLM’s own file at the key that names it, and wants no LiteLLM on PATH', () => {
    const text = 'engines: { a: { kind: litellm, config: own.yaml } }\n';
    const { findings } = checkLitellm('model_list:\n  - model_name: x\n');
    const found = look(text, {
      litellmErrors: (path) => (path === 'own.yaml' ? findings : []),
      commandExists: () => false,
    });
    expect(found).toMatchObject([
      {
        severity: 'warning',
        code: 'engine_file_invalid',
        path: ['engines', 'a', 'config'],
        message: 'own.yaml:2:5: This entry has no `litellm_params`; LiteLLM does not start with it.',
      },
    ]);
  });
});
