// @vitest-environment happy-dom

import { act } from 'react';
import { afterEach, expect, it } from 'vitest';
import { EnginePage } from '../../renderer/features/engines/engine-page.tsx';
import { ModelsPage } from '../../renderer/features/models/page.tsx';
import { commandsOf } from '../../renderer/palette/commands.ts';
import { SNAPSHOT } from './support/recorded.ts';
import { hide, show } from './support/render.tsx';

afterEach(hide);

const command = (title: string) => {
  const found = commandsOf(SNAPSHOT).find((one) => one.title === title);
  if (!found) throw new Error(`no ${title}`);
  return found;
};

it('opens on the page that is shown, and on one that comes', async () => {
  const { text, click } = await show(<ModelsPage notices={null} />);
  await act(async () => command('Get a model…').run());
  expect(window.location.hash).toBe('#/models');
  expect(text()).toContain('For the engine');
  await click('.dialog button', 'Close');

  await act(async () => command('Take over ollama…').run());
  expect(window.location.hash).toBe('#/engines/ollama');
  await show(<EnginePage name="llama" notices={null} />);
  expect(document.querySelector('[role=dialog]')).toBeNull();
  const engine = await show(<EnginePage name="ollama" notices={null} />);
  expect(engine.text()).toContain('Take over ollama?');

  // once
  const again = await show(<EnginePage name="ollama" notices={null} />);
  expect(again.text()).not.toContain('Take over ollama?');
});
