// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { EnginePage } from '../../../../renderer/features/engines/engine-page.tsx';
import type { EngineSetup } from '../../../../shared/contract/ipc.ts';
import type { JobView } from '../../../../shared/model.ts';
import { BROKEN_FILE, INSTALLING, lacking, NOT_INSTALLED } from '../../support/litellm-setup.ts';
import { ENGINES, SNAPSHOT } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(hide);

const open = async (setup: EngineSetup, code: 'install_needed' | 'engine_config_invalid', jobs: JobView[] = []) => {
  const script = scriptedBridge({
    'engine.setup': () => ({ ok: true, value: setup }),
    'jobs.list': () => ({ ok: true, value: jobs }),
    'engine.install': () => ({ ok: true, value: { job: 'job-7' } }),
    'job.cancel': () => ({ ok: true, value: { ...INSTALLING, phase: 'cancelled' } }),
  });
  const engines = ENGINES.map((one) => (one.name === 'litellm' ? lacking(one, code) : one));
  const page = await show(<EnginePage name="litellm" notices={null} />, script, { ...SNAPSHOT, engines });
  await settle();
  return { page, script };
};

describe('LiteLLM that is not installed', () => {
  it('is offered with its size and place, and installed by one click', async () => {
    const { page, script } = await open(NOT_INSTALLED, 'install_needed');
    const text = page.text().replaceAll('\u00a0', ' ');
    expect(text).toContain('LiteLLM is not installed');
    expect(text).toContain('176 MB to download');
    expect(text).toContain('venvs/litellm-1.106.2');
    await page.click('button', /^Install LiteLLM 1\.106\.2/);
    expect(script.calls).toContainEqual({ name: 'engine.install', input: { engine: 'litellm' } });
  });

  it('shows how far it is, and can be cancelled', async () => {
    const { page, script } = await open(NOT_INSTALLED, 'install_needed', [INSTALLING]);
    expect(page.text().replaceAll('\u00a0', ' ')).toContain('Downloading boto3, 61 MB of 176 MB');
    expect(page.find('[role=progressbar]', 'Installing LiteLLM 1.106.2').getAttribute('aria-valuenow')).toBe('35');
    await page.click('button', /^Cancel/);
    expect(script.calls).toContainEqual({ name: 'job.cancel', input: { id: 'job-7' } });
  });

  it('says why the last try failed, and offers another', async () => {
    const cause = {
      code: 'install_failed',
      message: 'The packages could not be installed: no route.',
      hint: null,
    } as const;
    const { page } = await open(NOT_INSTALLED, 'install_needed', [{ ...INSTALLING, phase: 'failed', cause }]);
    expect(page.text()).toContain('The last try failed. The packages could not be installed: no route.');
    page.find('button', /^Try again/);
  });
});

describe('a LiteLLM file with findings', () => {
  it('is shown line by line, with what to write instead', async () => {
    const { page } = await open(BROKEN_FILE, 'engine_config_invalid');
    const text = page.text();
    expect(text).toContain('litellm-unified.yaml has an error');
    expect(text).toContain('litellm-unified.yaml:12:5');
    // The carets stand under the place only if the blanks are kept.
    expect(document.querySelector('pre')?.textContent).toBe('  12 |     qwen:\n     |     ^^^^');
    expect(text).toContain('Move it to litellm_settings.');
    expect(text).not.toContain('LiteLLM is not installed');
  });
});
