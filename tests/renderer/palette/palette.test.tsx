// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../../renderer/app.tsx';
import { hide, settle, show } from '../support/render.tsx';
import { type Script, scriptedBridge } from '../support/scripted-bridge.ts';

afterEach(async () => {
  await hide();
  window.location.hash = '';
});

const press = (key: string, ctrlKey = false, at: Element = document.activeElement ?? document.body) =>
  act(async () => at.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true })));

const engineCalls = (script: Script) => script.calls.filter(({ name }) => name.startsWith('engines.'));
const highlighted = () => document.querySelector('[role=option][data-highlighted]')?.textContent;

describe('the palette', () => {
  it('opens by Ctrl K, finds, runs by Enter and closes', async () => {
    const script = scriptedBridge();
    const { type, find } = await show(<App />, script);
    await press('k', true);
    await settle();
    await type('Search or run any action', 'restart llama');
    await settle();
    expect(highlighted()).toContain('Restart llama');
    await press('Enter', false, find('input', 'Search or run any action'));
    await settle();
    expect(engineCalls(script)).toEqual([{ name: 'engines.restart', input: { names: ['llama'], wait_ms: null } }]);
    expect(document.querySelector('[role=dialog]')).toBeNull();
  });

  it('is moved through by arrows', async () => {
    const { find } = await show(<App />);
    await press('k', true);
    await settle();
    const first = highlighted();
    await press('ArrowDown', false, find('input', 'Search or run any action'));
    await settle();
    expect(highlighted()).not.toBe(first);
    expect(highlighted()).toBeTruthy();
  });

  it('offers what the page’s own shortcuts do', async () => {
    window.location.hash = '#/config';
    const { text } = await show(<App />);
    await press('k', true);
    await settle();
    expect(text()).toContain('On this page');
    expect(text()).toContain('Apply the plan');
  });

  it('goes to another page, and says when nothing is called so', async () => {
    const { type, find, text } = await show(<App />);
    await press('k', true);
    await settle();
    await type('Search or run any action', 'zzzz');
    expect(text()).toContain('Nothing is called “zzzz”.');
    await type('Search or run any action', 'requests');
    await settle();
    await press('Enter', false, find('input', 'Search or run any action'));
    await settle();
    expect(window.location.hash).toBe('#/requests');
  });
});
