import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../shared/config/edit.ts';
import { parseConfig } from '../../../shared/config/parse.ts';

/** Findings about one engine `e`, as `code place words`. */
const about = (engine: string) =>
  parseConfig(`engines:\n  e: ${engine}\n`).findings.map(
    (f) => `${f.severity} ${f.code} ${f.path.slice(2).join('.')}`,
  );

describe('an engine', () => {
  it.each([
    '{ kind: ollama }',
    '{ kind: ollama, port: 11500, mode: managed }',
    '{ kind: llama.cpp, model: m.gguf }',
    '{ kind: llama.cpp, args: ["-hf", "org/name"] }',
    '{ kind: llama.cpp, args: ["--model=x.gguf"] }',
    '{ kind: llama.cpp, mode: external, url: "http://127.0.0.1:9931" }',
    '{ kind: llama.cpp, mode: external, port: 9931, group: g, health: { every: 1s }, max_concurrent: 2 }',
    '{ kind: vllm, model: org/name, api_key: "${secret:x}" }',
    '{ kind: litellm, config: ~/l.yaml, port: 4001 }',
    '{ kind: ollama, manager: systemd, unit: ollama.service }',
    '{ kind: openai, url: "https://example.org/v1" }',
  ])('%s is in order', (engine) => expect(about(engine)).toEqual([]));

  it.each<[string, string[]]>([
    ['{ kind: openai }', ['error missing_key url']],
    ['{ kind: openai, url: "http://a/v1", mode: managed }', ['error bad_value mode']],
    ['{ kind: openai, url: "http://a/v1", args: [] }', ['warning no_effect args']],
    ['{ kind: openai, url: "http://a/v1", port: 1 }', ['warning no_effect port']],
    ['{ kind: ollama, model: x }', ['error key_not_for_kind model']],
    ['{ kind: vllm, model: x, models_dir: y }', ['error key_not_for_kind models_dir']],
    ['{ kind: llama.cpp, model: x, config: y }', ['error key_not_for_kind config']],
    ['{ kind: llama.cpp }', ['error missing_key model']],
    ['{ kind: vllm }', ['error missing_key model']],
    ['{ kind: llama-cpp-python }', ['error missing_key model']],
    ['{ kind: llama.cpp, model: a, models_dir: b, preset: c }', ['error conflicting_keys models_dir']],
    ['{ kind: llama.cpp, mode: managed, url: "http://a" }', ['error conflicting_keys url']],
    ['{ kind: llama.cpp, mode: external, url: "http://a/v1" }', ['error bad_value url']],
    ['{ kind: ollama, url: "http://a" }', ['warning no_effect url']],
    [
      '{ kind: llama.cpp, mode: external, model: x, start: manual }',
      ['warning no_effect model', 'warning no_effect start'],
    ],
    ['{ kind: ollama, manager: systemd }', ['error missing_key unit']],
    ['{ kind: ollama, unit: x }', ['warning no_effect unit']],
    [
      '{ kind: vllm, manager: systemd, unit: v, model: x, command: y }',
      ['warning no_effect model', 'warning no_effect command'],
    ],
  ])('%s: %j', (engine, findings) => expect(about(engine)).toEqual(findings));

  it('with a url is made external by the fix, in any style', () => {
    for (const text of [
      'engines:\n  e:\n    kind: vllm\n    url: http://a\n',
      'engines: { e: { kind: vllm, url: "http://a" } }\n',
    ]) {
      const fix = parseConfig(text).findings[0]?.fix;
      expect(parseConfig(applyEdits(text, fix?.edits ?? [])).findings).toEqual([]);
    }
  });
});
