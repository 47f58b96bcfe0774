import { describe, expect, it } from 'vitest';
import { reportMarkdown } from '../../../electron/core/report-markdown.ts';
import { memoryOf, type ReportInput, stackReport } from '../../../electron/core/stack-report.ts';
import { SNAPSHOT } from '../../renderer/support/recorded.ts';
import { PROOFS } from '../../renderer/support/recorded-proofs.ts';

const input = (over: Partial<ReportInput> = {}): ReportInput => ({
  ...{
    at: '2026-11-23T04:00:00.000Z',
    snapshot: SNAPSHOT,
    proofs: PROOFS.models,
    fallbacks: { 'qwen-coder': ['llama3.1'] },
  },
  ...{ logs: {}, crashes: {}, files: {}, last: null, gpus: [] },
  ...over,
});

describe('a report', () => {
  it('says of each route what was proved, and of each trouble what to do', () => {
    const report = stackReport(input());
    expect(report.routes.find(({ id }) => id === 'llama3.1')?.proof?.verdict).toBe('passed');
    expect(report.routes.find(({ id }) => id === 'gpt-4o-mini')?.proof).toBeNull();
    expect(report.troubles.find(({ about }) => about === 'model qwen-coder')).toEqual({
      about: 'model qwen-coder',
      message: 'The GPU has not enough memory for the model. It breaks at the engine.',
      hint: 'Lower --gpu-memory-utilization, or stop another engine first.',
    });
    expect(report.changes).toBeNull();
  });

  it('tells what is different from the last one: engines, routes, the config', () => {
    const first = memoryOf(stackReport(input({ proofs: [] })));
    expect(stackReport(input({ last: first, proofs: [] })).changes).toEqual({ since: first.at, lines: [] });
    const engines = SNAPSHOT.engines.slice(1).map((engine) => ({ ...engine, phase: 'stopped' as const }));
    const snapshot = { ...SNAPSHOT, engines, config: { ...SNAPSHOT.config, revision: 'another' } };
    const { lines } = stackReport(input({ last: first, snapshot })).changes ?? { lines: [] };
    expect(lines[0]).toMatch(/^The config is at revision another, was /);
    expect(lines).toContain(`Engine ${SNAPSHOT.engines[0]?.name} is gone.`);
    expect(lines).toContain('Engine llama is stopped, was ready.');
    expect(lines).toContain('Model llama3.1 is passed, was not verified.');
  });

  it('is Markdown in which no name or message can become markup', () => {
    const [first] = SNAPSHOT.engines;
    if (first === undefined) throw new Error('no engine');
    const cause = { code: 'exited', message: 'a | b <script> [x](y)\n# head', hint: null } as const;
    const markdown = reportMarkdown(
      stackReport(input({ snapshot: { ...SNAPSHOT, engines: [{ ...first, cause }] } })),
    );
    expect(markdown).toContain('a \\| b \\<script\\> \\[x\\](y) \\# head');
    expect(markdown).not.toMatch(/^# head/m);
    for (const title of ['Troubleshooting', 'Services', 'Routes', 'Configuration', 'Common operations'])
      expect(markdown).toContain(`\n## ${title}\n`);
    expect(markdown).toContain(`curl ${SNAPSHOT.gateway.url}/v1/models`);
  });

  it('tells what is wrong with the file of an engine, and which ways to a model work', () => {
    const finding = {
      line: 11,
      column: 5,
      severity: 'error',
      code: 'wrong_type',
      message: 'A list.',
      hint: 'No list.',
    };
    const files = { litellm: { path: '/etc/litellm.yaml', findings: [finding] } } as ReportInput['files'];
    const markdown = reportMarkdown(stackReport(input({ files })));
    expect(markdown).toContain('litellm has a config file of its own, `/etc/litellm.yaml`.');
    expect(markdown).toContain('- 11:5 error wrong_type: A list. No list.');
    expect(markdown).toContain('(engine failed, gateway failed)');
    expect(markdown).toContain('(engine passed, gateway passed, LiteLLM passed)');
  });
});
