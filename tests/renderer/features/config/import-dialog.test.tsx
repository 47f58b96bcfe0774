// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ImportDialog } from '../../../../renderer/features/config/import-dialog.tsx';
import { parseConfig } from '../../../../shared/config/parse.ts';
import { hide, settle, show } from '../../support/render.tsx';

afterEach(hide);

const source = readFileSync(join(import.meta.dirname, '../../../fixtures/litellm-configs/broken-alias.yaml'), 'utf8');

it('shows mistakes and what is left behind at their line, and gives the rest to the draft', async () => {
  const taken = vi.fn();
  const closed = vi.fn();
  const { click, find, type } = await show(<ImportDialog open onClose={closed} onTake={taken} />);
  expect(find('button', 'Use as draft').hasAttribute('disabled')).toBe(true);
  await type('Paste a LiteLLM config, or drop its file here', source);
  await settle();
  const said = document.body.textContent ?? '';
  expect(said).toContain('Error, line 11');
  expect(said).toContain('Line 11, router_settings.model_group_alias.qwen-coder-vllm');
  await click('button', 'Use as draft');
  const { config } = parseConfig(taken.mock.calls[0]?.[0] ?? '');
  expect(Object.keys(config?.models ?? {})).toEqual(['qwen-coder-vllm', 'qwen-coder']);
  expect(closed).toHaveBeenCalledOnce();
});
