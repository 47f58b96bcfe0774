import { describe, expect, it } from 'vitest';
import { complaints, configPath } from '../../../electron/core/verify-evidence.ts';
import { type ModelPlan, planVerify, type VerifyFacts } from '../../../electron/core/verify-routes.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import type { Cause, EngineView, LogLine, ModelView } from '../../../shared/model.ts';

const line = (text: string, level: LogLine['level'] = null): LogLine => ({
  seq: 0,
  at: null,
  level,
  text,
  source: 'engine',
});
const texts = (lines: readonly LogLine[]) => complaints(lines).map(({ text }) => text);

describe('log lines that belong to a failure', () => {
  it('are those that complain, by level or by words', () => {
    const lines = [
      line('slot 0 released'),
      line('odd', 'warn'),
      line('Invalid API Key'),
      line('POST /v1/chat 404'),
      line('ok'),
      line('0.00.157.451 I slot print_timing: 8 tokens (0.11 ms per token, 8860.76 tokens per second)'),
    ];
    expect(texts(lines)).toEqual(['odd', 'Invalid API Key', 'POST /v1/chat 404']);
  });

  it('are the last eight', () => {
    expect(texts(Array.from({ length: 20 }, (_, i) => line(`error ${i}`)))).toEqual(
      [12, 13, 14, 15, 16, 17, 18, 19].map((i) => `error ${i}`),
    );
  });
});

describe('the place in the config', () => {
  const { config } = parseConfig(`version: 1
engines: { a: { kind: openai, url: "http://127.0.0.1:1" }, b: { kind: openai, url: "http://127.0.0.1:2" } }
models:
  one: { targets: [{ engine: a, model: x }] }
  two: { targets: [{ engine: a, model: x }, { engine: b, model: y }], fallbacks: [one] }
aliases: { short: one }
`);
  if (config === null) throw new Error('The config of this test is broken.');
  const engines = ['a', 'b'].map((name) => ({ name, kind: 'openai', phase: 'ready', held: false }) as EngineView);
  const views = (id: string): ModelView['targets'] =>
    (config.models[id]?.targets ?? []).map((t) => ({
      engine: t.engine,
      model: t.model,
      phase: 'ready',
      progress: null,
    }));
  const facts: VerifyFacts = {
    engines,
    models: [
      { id: 'one', origin: 'entry', alias_of: null, targets: views('one') },
      { id: 'two', origin: 'entry', alias_of: null, targets: views('two') },
      { id: 'short', origin: 'alias', alias_of: 'one', targets: views('one') },
    ],
    fallbacks: { two: ['one'] },
    litellm: {},
  };
  const path = (id: string, pick: string, code: Cause['code'], engine: string | null = 'a') => {
    const [plan] = planVerify(facts, { models: [id], via: null, wake: false }).plans as [ModelPlan];
    const way = plan.ways.find(({ via, what, aim }) => `${via} ${what} ${aim ?? ''}`.trim() === pick);
    if (way === undefined) throw new Error(`no way ${pick}`);
    return configPath(config, plan, way, { code, message: '', hint: null }, engine).join('.');
  };

  it.each([
    ['one', 'engine target a/x', 'model_not_found', 'models.one.targets.0.model'],
    ['two', 'engine target b/y', 'model_not_found', 'models.two.targets.1.model'],
    ['one', 'engine target a/x', 'invalid_api_key', 'engines.a.api_key'],
    ['one', 'engine target a/x', 'unreachable', 'engines.a'],
    ['one', 'stackyard route', 'upstream_error', 'models.one.targets.0.model'],
    ['two', 'stackyard route', 'upstream_error', 'models.two'],
    ['two', 'stackyard fallback one', 'upstream_error', 'models.two.fallbacks.0'],
    ['short', 'stackyard route', 'model_not_found', 'aliases.short'],
  ] as const)('of %s, %s, %s is %s', (id, way, code, wanted) => {
    expect(path(id, way, code)).toBe(wanted);
  });
});
