// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { EnginePage } from '../../../../renderer/features/engines/engine-page.tsx';
import { accept } from '../../../../renderer/store.ts';
import type { StackSnapshot } from '../../../../shared/model.ts';
import { CRASHES, ENGINES, SNAPSHOT } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(async () => {
  await hide();
  window.location.hash = '';
});

const open = async (name: string, script = scriptedBridge(), snapshot?: StackSnapshot) => {
  const page = await show(<EnginePage name={name} notices={null} />, script, snapshot);
  await settle();
  return page;
};

describe('the page of a failed engine', () => {
  it('says what happened, how it ended, what it said last, and leads to the line of the config that cures it', async () => {
    const page = await open('qwen-vllm');
    const alert = page.find('[role=alert]', 'Why qwen-vllm is not ready').textContent?.replaceAll('\u00a0', ' ');
    expect(alert).toContain('Not enough memory');
    expect(alert).toContain('Exit code 1 after 38 s');
    const lines = page.find('[role=log]', 'Last lines of qwen-vllm');
    expect(lines.children).toHaveLength(50);
    expect(lines.lastElementChild?.textContent).toContain('Free memory on device');
    await page.click('button', /^Edit its arguments/);
    expect(window.location.hash).toBe('#/config/qwen-vllm/args');
  });

  it('copies a report', async () => {
    const script = scriptedBridge();
    const page = await open('qwen-vllm', script);
    await page.click('button', 'Copy report');
    const copied = script.calls.find(({ name }) => name === 'shell.copy')?.input as { text: string };
    expect(copied.text).toMatch(/^qwen-vllm: vLLM 0\.11\.0\nStackyard 0\.1\.0, 2026-/);
  });

  it('does not lay an older end beside a cause that is another', async () => {
    const engines = ENGINES.map((one) =>
      one.name === 'qwen-vllm' && one.cause
        ? { ...one, cause: { ...one.cause, code: 'ready_timeout' as const } }
        : one,
    );
    const page = await open('qwen-vllm', scriptedBridge(), { ...SNAPSHOT, engines });
    expect(page.text()).not.toContain('Copy report');
    await page.click('button', /^Crashes/);
    expect(page.text()).toContain('The process ended unexpectedly');
    expect(document.querySelectorAll('details')).toHaveLength(CRASHES.length);
  });
});

describe('the details of an engine', () => {
  it('are its command, its environment and its probes with their answers', async () => {
    const page = await open('qwen-vllm');
    await page.click('button', 'Details');
    expect(page.text()).toContain('HF_TOKEN••••••');
    expect(page.text()).toContain('/home/ada/.config/stackyard');
    const rows = [...document.querySelectorAll('table.probes tbody tr')].map((row) => row.textContent);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toContain('Not asked');
  });

  it('of somebody else’s say who runs it, and offer no start or stop', async () => {
    const page = await open('ollama');
    await page.click('button', 'Details');
    expect(page.text()).toContain('Run by ollama.service');
    expect(page.text()).not.toContain('Environment');
    expect([...document.querySelectorAll('button')].map((b) => b.textContent)).not.toContain('Stop');
  });
});

describe('asking for the details', () => {
  const asked = (script: ReturnType<typeof scriptedBridge>) =>
    script.calls.filter(({ name }) => name === 'engine.detail').length;

  it('is done again when the row changed, and not when another one did', async () => {
    const script = scriptedBridge();
    await open('llama', script);
    expect(asked(script)).toBe(1);
    const change = async (name: string, revision: number) => {
      const engines = ENGINES.map((one) => (one.name === name ? { ...one, memory: revision } : { ...one }));
      await act(async () => accept({ ...SNAPSHOT, revision, engines }));
      await settle();
    };
    await change('ollama', 101);
    expect(asked(script)).toBe(1);
    await change('llama', 102);
    expect(asked(script)).toBe(2);
  });
});
