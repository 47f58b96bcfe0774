// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { OverviewPage } from '../../../../renderer/features/overview/page.tsx';
import { Notices } from '../../../../renderer/notice-list.tsx';
import { SNAPSHOT } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(hide);
const page = <OverviewPage notices={<Notices />} />;

describe('OverviewPage', () => {
  it('shows the gateway, every engine in words, and what failed first', async () => {
    const { find, text } = await show(page);
    expect(find('section', 'Gateway').textContent).toContain('http://127.0.0.1:4000/v1');
    expect(find('article', 'big').textContent).toContain('Loading 43');
    expect(find('article', 'ollama').textContent).toContain('External');
    expect(find('article', 'ollama').querySelectorAll('button')).toHaveLength(0);
    expect(text().indexOf('qwen-vllm failed.')).toBeLessThan(text().indexOf('http://127.0.0.1:4000/v1'));
  });

  it('turns the stack off, stops and starts by name', async () => {
    const script = scriptedBridge();
    const { click } = await show(page, script);
    await click('.switch-label input', /.*/);
    await click('button', 'Stop llama');
    await click('button', 'Start litellm');
    expect(script.calls).toEqual([
      { name: 'engines.stop', input: { names: [], wait_ms: null } },
      { name: 'engines.stop', input: { names: ['llama'], wait_ms: null } },
      { name: 'engines.start', input: { names: ['litellm'], wait_ms: null } },
    ]);
  });

  it('keeps a failure on the page until it is dismissed', async () => {
    const script = scriptedBridge({
      'engines.stop': () => ({
        ok: false,
        error: { code: 'external_engine', message: 'It runs elsewhere.', hint: null },
      }),
    });
    const { click, text } = await show(page, script);
    await click('button', 'Stop llama');
    await settle();
    expect(text()).toContain('Stop llama did not work. It runs elsewhere.');
    await click('button', 'Dismiss');
    expect(text()).not.toContain('did not work');
  });

  it('has a next step when there is no engine', async () => {
    const { find } = await show(page, scriptedBridge(), { ...SNAPSHOT, engines: [], models: [] });
    expect(find('button', 'Open the config')).toBeTruthy();
  });
});
