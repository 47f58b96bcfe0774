import { describe, expect, it } from 'vitest';
import { attention, summary } from '../../../../renderer/features/overview/attention.ts';
import type { Finding } from '../../../../shared/model.ts';
import { GPU_SAMPLE, NO_GPU } from '../../../fixtures/gpu/sample.ts';
import { ENGINES, engine, SNAPSHOT } from '../../support/recorded.ts';

const calm = { ...SNAPSHOT, engines: [engine('llama')] };
const finding: Finding = {
  severity: 'error',
  code: 'unknown_key',
  message: 'No such key.',
  hint: null,
  path: [],
  line: 37,
  column: 1,
  endLine: 37,
  endColumn: 4,
};

describe('attention', () => {
  it('says nothing when nothing is wrong', () => {
    expect(attention(calm)).toEqual([]);
    // stopped by a person, or not running elsewhere, is nothing to act on
    const quiet = [
      engine('a', { phase: 'stopped', held: true }),
      engine('b', { phase: 'stopped', owner: 'external' }),
    ];
    expect(attention({ ...calm, engines: quiet })).toEqual([]);
  });

  it('puts what failed first, with its cause and the way there', () => {
    const strips = attention({ ...calm, engines: [engine('slow', { phase: 'unhealthy' }), ...ENGINES] });
    expect(strips.map((s) => [s.key, s.tone])).toEqual([
      ['qwen-vllm', 'failed'],
      ['slow', 'attention'],
    ]);
    expect(strips[0]).toMatchObject({ title: 'qwen-vllm failed.', action: { kind: 'engine', engine: 'qwen-vllm' } });
    expect(strips[0]?.text).toContain('13.8 GB was free');
  });

  it('tells of a hot card, and of memory that outlived its engine', () => {
    const warnings = [{ gpu: 'x', engine: null, kind: 'temperature' as const, message: 'It is at 91 °C.' }];
    expect(attention(calm, { ...GPU_SAMPLE, warnings })).toMatchObject([
      { title: 'A graphics card is hot.', text: 'It is at 91 °C.', action: null },
      { title: 'Something of qwen-vllm outlived its stop.', action: { kind: 'engine', engine: 'qwen-vllm' } },
    ]);
    expect(attention(calm, NO_GPU)).toEqual([]);
  });

  it('names the line of an invalid config and says what runs meanwhile', () => {
    const [strip] = attention({ ...calm, config: { ...calm.config, phase: 'invalid', findings: [finding] } });
    expect(strip?.text).toBe('Line 37: No such key. The last good version keeps running meanwhile.');
  });

  it('says why the gateway can’t be reached', () => {
    const cause = { code: 'gateway_port_in_use', message: 'Port 4000 is held by pid 9.', hint: 'Stop it.' } as const;
    const [strip] = attention({ ...calm, gateway: { ...calm.gateway, phase: 'failed', cause } });
    expect(strip).toMatchObject({ tone: 'failed', text: 'Port 4000 is held by pid 9. Stop it.' });
  });
});

describe('summary', () => {
  it('counts the words of all engines', () => {
    expect(summary(ENGINES)).toBe('2 ready, 1 failed, 1 loading, 1 stopped by you, 1 not running');
  });
});
