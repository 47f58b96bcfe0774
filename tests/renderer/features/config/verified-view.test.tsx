// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, expect, it } from 'vitest';
import { VerifiedView } from '../../../../renderer/features/config/verified-view.tsx';
import { acceptProofs, proofs } from '../../../../renderer/verify.ts';
import { SNAPSHOT } from '../../support/recorded.ts';
import { PROOFS } from '../../support/recorded-proofs.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(async () => {
  await hide();
  proofs.setState({ view: null });
});

it('lists every route with its result, and leads to the line behind a failure', async () => {
  const went: number[][] = [];
  const script = scriptedBridge();
  const { click, text } = await show(<VerifiedView onGoTo={(...place) => went.push(place)} />, script);
  await act(async () => acceptProofs(PROOFS));
  expect(text()).toContain('Failed: The GPU has not enough memory for the model.');
  expect(text()).toContain('Passed 2 min ago');
  await click('button', /^qwen-coder/);
  expect(text()).toContain('It breaks at the engine.');
  await click('button', 'Config, line 12');
  expect(went).toEqual([[12, 3]]);
  await click('button', 'Verify');
  await settle();
  expect(script.calls.at(-1)).toMatchObject({ name: 'verify.run', input: { models: ['qwen-coder'] } });
  await click('button', 'Verify all');
  await settle();
  expect(script.calls.at(-1)).toMatchObject({ name: 'verify.run', input: { models: [] } });
});

it('says what to do without any model', async () => {
  const { text } = await show(<VerifiedView onGoTo={() => {}} />, scriptedBridge(), { ...SNAPSHOT, models: [] });
  expect(text()).toContain('No models yet');
});
