// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { SetupPage } from '../../../../renderer/features/setup/page.tsx';
import { parseConfig } from '../../../../shared/config/parse.ts';
import { DETECTED, UNSET } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(hide);

const open = async (script = scriptedBridge()) => {
  const shown = await show(<SetupPage />, script, UNSET);
  await settle();
  return { ...shown, script };
};
const written = (script: ReturnType<typeof scriptedBridge>) => {
  const input = script.calls.find((c) => c.name === 'setup.write')?.input as { text: string } | undefined;
  return parseConfig(input?.text ?? '');
};

describe('the first run', () => {
  it('lists what was found, and names who holds the port', async () => {
    const { text } = await open();
    expect(text()).toContain('Found on this machine');
    expect(text()).toContain('Running on 11434');
    expect(text()).toContain('Port 4000 is taken by pid 2113 (litellm). Stackyard takes 4001 instead.');
  });

  it('writes a valid config of what is ticked', async () => {
    const { click, script, text } = await open();
    await click('[role="checkbox"]', 'vLLM');
    await click('button', 'Write config and start');
    await settle();
    const { config, findings } = written(script);
    expect(findings.filter((f) => f.severity === 'error')).toEqual([]);
    expect(config?.gateway.port).toBe(DETECTED.gateway.port);
    expect(Object.keys(config?.engines ?? {})).toEqual(['ollama', 'llama']);
    expect(text()).toContain('Try one prompt');
  });

  it('can start empty', async () => {
    const { click, script } = await open();
    await click('button', 'Start empty');
    await settle();
    expect(Object.keys(written(script).config?.engines ?? { none: 1 })).toEqual([]);
  });

  it('stays where it is, with the reason, when the file can’t be written', async () => {
    const error = { code: 'config_write_failed', message: 'The folder is read-only.', hint: null } as const;
    const { click, text } = await open(scriptedBridge({ 'setup.write': () => ({ ok: false, error }) }));
    await click('button', 'Write config and start');
    await settle();
    expect(text()).toContain('The folder is read-only.');
    expect(text()).toContain('Found on this machine');
  });

  it('says so when nothing was found', async () => {
    const none = { ...DETECTED, found: [], gateway: { port: 4000, busy: null } };
    const { text } = await open(scriptedBridge({ 'setup.detect': () => ({ ok: true, value: none }) }));
    expect(text()).toContain('Nothing found on this machine');
  });
});
