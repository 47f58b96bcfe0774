// @vitest-environment happy-dom

import { afterEach, beforeEach, expect, it } from 'vitest';
import { notices } from '../../renderer/notices.ts';
import { chooseTheme, useTheme } from '../../renderer/theme.ts';
import type { ConfigFile } from '../../shared/contract/ipc.ts';
import { CONFIG_FILE, SNAPSHOT } from './support/recorded.ts';
import { hide, settle, show } from './support/render.tsx';
import { scriptedBridge } from './support/scripted-bridge.ts';

const text = 'version: 1\napp:\n  theme: light   # for the projector\n';
const file: ConfigFile = { ...CONFIG_FILE, text, revision: 'aaaaaaaaaaaa', running_revision: 'aaaaaaaaaaaa' };

function Chosen() {
  return <output>{useTheme()}</output>;
}

beforeEach(() => {
  localStorage.clear();
  notices.setState([], true);
});
afterEach(hide);

it('is that of the config, and choosing one writes it there', async () => {
  const script = scriptedBridge({ 'config.read': () => ({ ok: true, value: file }) });
  const shown = await show(<Chosen />, script, { ...SNAPSHOT, config: { ...SNAPSHOT.config, theme: 'light' } });
  expect(shown.text()).toBe('light');
  chooseTheme('dark');
  await settle();
  expect(script.calls.find(({ name }) => name === 'config.apply')?.input).toEqual({
    text: text.replace('light', 'dark'),
    if_revision: 'aaaaaaaaaaaa',
  });
  expect(localStorage.length).toBe(0);
});

it('does not apply what somebody else wrote into the file meanwhile', async () => {
  const value = { ...file, running_revision: 'bbbbbbbbbbbb' };
  const script = scriptedBridge({ 'config.read': () => ({ ok: true, value }) });
  await show(<Chosen />, script);
  chooseTheme('dark');
  await settle();
  expect(script.calls.map(({ name }) => name)).not.toContain('config.apply');
  expect(notices.getState()[0]?.cause.message).toContain('not applied yet');
});

it('is kept by a browser for itself', async () => {
  const script = scriptedBridge({}, 'web');
  const shown = await show(<Chosen />, script);
  chooseTheme('dark');
  await settle();
  expect(shown.text()).toBe('dark');
  expect(script.calls.map(({ name }) => name)).not.toContain('config.apply');
});
