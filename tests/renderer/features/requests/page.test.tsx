// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { chat } from '../../../../renderer/chat/chat-store.ts';
import { RequestsPage } from '../../../../renderer/features/requests/page.tsx';
import { requests } from '../../../../renderer/features/requests/store.ts';
import { record } from '../../../support/request-record.ts';
import { COOLDOWNS, REQUESTS } from '../../support/recorded-requests.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

const page = <RequestsPage notices={null} />;
const script = () =>
  scriptedBridge({
    'requests.list': () => ({ ok: true, value: REQUESTS }),
    'cooldowns.list': () => ({ ok: true, value: COOLDOWNS }),
  });

afterEach(hide);

async function shown(with_ = script()) {
  const page_ = await show(page, with_);
  await settle();
  return { ...page_, script: with_ };
}

describe('the requests page', () => {
  it('watches while it is shown, and not a moment longer', async () => {
    const { script: s } = await shown();
    const watches = () => s.calls.filter(({ name }) => name === 'requests.watch').map(({ input }) => input);
    expect(watches()).toEqual([{ on: true }]);
    await hide();
    expect(watches()).toEqual([{ on: true }, { on: false }]);
    expect(requests.getState().list).toBeNull();
  });

  it('takes in what comes, and stands still when paused without losing anything', async () => {
    const { click, text, script: s } = await shown();
    await click('button', 'Pause list');
    const late = record({ id: 'late', at: '2026-11-23T15:00:00.000Z', asked: 'latecomer' });
    await act(async () => s.emit('requests', { active: [], more: 0, finished: [late] }));
    expect(text()).not.toContain('latecomer');
    await click('button', 'Go on');
    expect(text()).toContain('latecomer');
  });

  it('mounts only the rows in view of very many', async () => {
    const finished = Array.from({ length: 1_500 }, (_, n) => record({ id: `${n}`, at: new Date(n).toISOString() }));
    const many = scriptedBridge({ 'requests.list': () => ({ ok: true, value: { active: [], more: 0, finished } }) });
    const { root } = await shown(many);
    expect(root.querySelectorAll('tbody tr').length).toBeLessThanOrEqual(202);
    expect(root.querySelector('table')?.getAttribute('aria-rowcount')).toBe('1500');
  });

  it('asks the same again in the playground where it was kept, and says why not where it was not', async () => {
    const request = JSON.stringify({ temperature: 0.2, messages: [{ role: 'user', content: 'why?' }] });
    const kept = record({ id: 'kept', asked: 'qwen-coder', captured: { request, answer: '', cut: false } });
    const lost = record({ id: 'lost', asked: 'llama3.1' });
    const error = { code: 'internal', message: 'No gateway here.', hint: null } as const;
    const s = scriptedBridge({
      'requests.list': () => ({ ok: true, value: { active: [], more: 0, finished: [kept, lost] } }),
      'gateway.access': () => ({ ok: false, error }),
    });
    const { click, text, find } = await shown(s);
    await click('.row-name', 'llama3.1');
    expect(text()).toContain('Its bodies were not kept');
    expect(() => find('button', 'Replay')).toThrow();
    await click('.row-name', 'qwen-coder');
    await click('button', 'Replay');
    await settle();
    expect(window.location.hash).toBe('#/playground');
    expect(chat.getState()).toMatchObject({
      models: ['qwen-coder'],
      settings: { temperature: 0.2 },
      turns: [{ ask: 'why?', answers: [{ model: 'qwen-coder', state: 'failed' }] }],
    });
  });

  it('ends one that is under way', async () => {
    const { click, script: s } = await shown();
    await click('.row-name', 'gpt-oss-20b');
    await click('button', 'Cancel');
    expect(s.calls.at(-1)).toEqual({ name: 'request.cancel', input: { id: 'a2' } });
  });

  it('lets cooling targets return', async () => {
    const { click, text, script: s } = await shown();
    expect(text()).toMatch(/1 cooldown, 1:4\d left/);
    await click('button', /1 cooldown/);
    expect(text()).toContain(COOLDOWNS[0]?.why ?? '?');
    await click('button', `Clear ${COOLDOWNS[0]?.engine}/${COOLDOWNS[0]?.model}`);
    s.answer({ 'cooldowns.list': () => ({ ok: true, value: [] }) });
    await click('button', 'Clear');
    await settle();
    expect(s.calls.filter(({ name }) => name === 'cooldowns.clear')).toEqual([
      { name: 'cooldowns.clear', input: { target: `${COOLDOWNS[0]?.engine}/${COOLDOWNS[0]?.model}` } },
      { name: 'cooldowns.clear', input: { target: null } },
    ]);
    expect(text()).not.toContain('cooldown');
  });

  it('says what to do when there is nothing yet', async () => {
    const { find } = await shown(scriptedBridge());
    find('button', 'Open the playground');
  });
});
