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

  it('shows what is refused with the reason, and does not let it be ticked', async () => {
    const { click, find, script, text } = await open();
    expect(text()).toContain('LiteLLM 1.82.8 is a compromised release');
    await click('[role="checkbox"]', 'LiteLLM');
    expect(find('[role="checkbox"]', 'LiteLLM').getAttribute('aria-checked')).toBe('false');
    await click('button', 'Write config and start');
    await settle();
    expect(Object.keys(written(script).config?.engines ?? {})).toEqual(['ollama', 'llama', 'vllm']);
  });

  it('lists the models on the disk, with what is not usable and why', async () => {
    const { text } = await open();
    expect(text()).toContain('3 models, 14.8 GB, 1 not usable');
    expect(text()).toContain('Not readable: it ends in the middle of its header.');
    expect(text()).toContain('pictures for a chat model');
    expect(text()).toContain('Hugging Face cache 1 model');
  });

  it('adds a server elsewhere only when it answers, and keeps no key', async () => {
    const error = { code: 'unreachable', message: 'Nothing answers there.', hint: null } as const;
    const script = scriptedBridge({ 'setup.try': () => ({ ok: false, error }) });
    const { click, type, text } = await open(script);
    await click('button', 'Add another server');
    await type('Address', 'http://192.0.2.10:8000');
    await type('API key', 'sk-1');
    await click('button', 'Try and add');
    await settle();
    expect(text()).toContain('Nothing answers there.');
    script.answer({
      'setup.try': () => ({ ok: true, value: { url: 'http://192.0.2.10:8000/v1', models: ['m'], secret: 'far' } }),
    });
    await click('button', 'Try and add');
    await settle();
    expect(text()).toContain('Answers, 1 model, with a key');
    await click('label.switch-label', 'Open at login');
    await click('button', 'Write config and start');
    await settle();
    const { config, findings } = written(script);
    expect(findings).toEqual([]);
    expect(config?.engines.server).toMatchObject({ url: 'http://192.0.2.10:8000/v1', api_key: '${secret:far}' });
    expect(config?.app).toMatchObject({ launch_at_login: true, start_hidden: false });
    expect(script.calls.find((one) => one.name === 'setup.write')?.input).toEqual({
      text: expect.not.stringContaining('sk-1'),
    });
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
