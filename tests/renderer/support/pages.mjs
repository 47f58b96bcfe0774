/**
 * Every page of the window worth looking at: its scene (`stage/scenes.ts`), its address, and what is done on it first. Those that
 * are `kept` are compared with `tests/baselines/pages`; all are taken by `photograph.mjs`.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('./stage/scenes.ts').SceneName} SceneName
 * @typedef {{ name: string, scene: SceneName, hash: string, act?: (page: Page) => Promise<unknown>, kept?: true }} PageScene
 */

const top = resolve(import.meta.dirname, '../../..');

/** @type {readonly PageScene[]} */
export const PAGES = [
  { name: 'import', scene: 'busy', hash: '#/config', act: importSource },
  { name: 'overview', kept: true, scene: 'busy', hash: '#/overview' },
  { name: 'calm', kept: true, scene: 'calm', hash: '#/overview' },
  { name: 'no-gpu', scene: 'no-gpu', hash: '#/overview' },
  {
    name: 'gpu-history',
    kept: true,
    scene: 'calm',
    hash: '#/overview',
    act: async (p) => {
      await p.getByRole('button', { name: 'History of RTX 4090' }).click();
      await p.getByRole('img', { name: /^Memory of RTX 4090/ }).hover();
    },
  },
  {
    name: 'gpu-week',
    scene: 'calm',
    hash: '#/overview',
    act: async (p) => {
      await p.getByRole('button', { name: 'History of RTX 4090' }).click();
      await p.getByRole('button', { name: 'Last week' }).click();
    },
  },
  { name: 'bare', kept: true, scene: 'bare', hash: '#/overview' },
  { name: 'engines', kept: true, scene: 'busy', hash: '#/engines' },
  { name: 'together', scene: 'together', hash: '#/overview' },
  { name: 'together-engines', scene: 'together', hash: '#/engines' },
  { name: 'engine', kept: true, scene: 'busy', hash: '#/engines/qwen-vllm' },
  {
    name: 'engine-details',
    kept: true,
    scene: 'busy',
    hash: '#/engines/llama',
    act: (p) => p.getByText('Details').click(),
  },
  {
    name: 'engine-metrics',
    kept: true,
    scene: 'busy',
    hash: '#/engines/llama',
    act: (p) => p.getByText('Metrics').click(),
  },
  { name: 'engine-crashes', scene: 'busy', hash: '#/engines/qwen-vllm', act: (p) => p.getByText('Crashes').click() },
  { name: 'engine-external', scene: 'busy', hash: '#/engines/ollama', act: (p) => p.getByText('Details').click() },
  { name: 'engine-ready', kept: true, scene: 'busy', hash: '#/engines/llama', act: engineFilter },
  {
    name: 'takeover',
    scene: 'busy',
    hash: '#/engines/ollama',
    act: (p) => p.getByRole('button', { name: 'Take over' }).click(),
  },
  { name: 'litellm-install', scene: 'install', hash: '#/engines/litellm' },
  { name: 'litellm-installing', scene: 'installing', hash: '#/engines/litellm' },
  { name: 'litellm-file', scene: 'litellm-file', hash: '#/engines/litellm' },
  { name: 'models', kept: true, scene: 'busy', hash: '#/models', act: inspect },
  { name: 'pulls', kept: true, scene: 'pulls', hash: '#/models' },
  { name: 'get-model', kept: true, scene: 'busy', hash: '#/models', act: getModel },
  { name: 'get-model-wrong', scene: 'busy', hash: '#/models', act: getWrongModel },
  { name: 'no-models', kept: true, scene: 'unused', hash: '#/models' },
  {
    name: 'cooldowns',
    kept: true,
    scene: 'busy',
    hash: '#/requests',
    act: (p) => p.getByRole('button', { name: /cooldown/ }).click(),
  },
  {
    name: 'requests',
    kept: true,
    scene: 'busy',
    hash: '#/requests',
    act: (p) => p.getByRole('button', { name: 'gpt-4o-mini' }).click(),
  },
  { name: 'no-requests', kept: true, scene: 'bare', hash: '#/requests' },
  { name: 'playground', kept: true, scene: 'compare', hash: '#/playground', act: showThought },
  { name: 'playground-one', kept: true, scene: 'talk', hash: '#/playground' },
  { name: 'playground-two', scene: 'busy', hash: '#/playground', act: (p) => compareModels(p, 1) },
  { name: 'playground-four', scene: 'busy', hash: '#/playground', act: (p) => compareModels(p, 3) },
  { name: 'playground-empty', kept: true, scene: 'busy', hash: '#/playground' },
  { name: 'playground-edit', scene: 'busy', hash: '#/playground', act: edit },
  { name: 'playground-chats', scene: 'busy', hash: '#/playground', act: listChats },
  { name: 'playground-error', scene: 'busy', hash: '#/playground', act: fail },
  { name: 'palette', kept: true, scene: 'busy', hash: '#/config', act: (p) => p.keyboard.press('Control+k') },
  { name: 'palette-search', scene: 'busy', hash: '#/engines', act: searchActions },
  { name: 'shortcuts', kept: true, scene: 'busy', hash: '#/overview', act: (p) => p.keyboard.press('?') },
  { name: 'config', kept: true, scene: 'edited', hash: '#/config' },
  { name: 'config-models', kept: true, scene: 'edited', hash: '#/config', act: modelForm },
  { name: 'config-suggest', kept: true, scene: 'calm', hash: '#/config', act: suggest },
  { name: 'settings-app', kept: true, scene: 'edited', hash: '#/settings/app' },
  { name: 'settings-gateway', kept: true, scene: 'edited', hash: '#/settings/gateway' },
  { name: 'settings-routing', kept: true, scene: 'edited', hash: '#/settings/routing' },
  {
    name: 'config-verified',
    kept: true,
    scene: 'busy',
    hash: '#/config',
    act: (p) => p.getByText('Verified').first().click(),
  },
  { name: 'config-clean', kept: true, scene: 'calm', hash: '#/config', act: compare },
  {
    name: 'config-history',
    kept: true,
    scene: 'calm',
    hash: '#/config',
    act: (p) => p.getByRole('button', { name: 'History' }).click(),
  },
  {
    name: 'config-restore',
    scene: 'calm',
    hash: '#/config',
    act: async (p) => {
      await p.getByRole('button', { name: 'History' }).click();
      await p.getByRole('button', { name: /aa10f3c0d9e7/ }).click();
      await p.getByRole('button', { name: 'Restore…' }).click();
    },
  },
  { name: 'first-run', kept: true, scene: 'unset', hash: '' },
  { name: 'first-run-more', kept: true, scene: 'unset', hash: '', act: lookDown },
  { name: 'setup-test', scene: 'calm', hash: '#/setup', act: testPrompt },
  {
    name: 'setup-connect',
    kept: true,
    scene: 'calm',
    hash: '#/setup',
    act: (p) => p.getByRole('button', { name: 'Connect an app' }).click(),
  },
];

const ANSWER = [
  ': stackyard route=llama/gemma-3-4b-it',
  chunk({ reasoning_content: 'The user wants a slug function. Accents first.' }),
  chunk({ content: 'Here is a version **without** imports:\n\n```python\ndef slugify(text):\n    out = []\n' }),
  chunk({
    content:
      '    for ch in text.lower():\n        if ch.isalnum():\n            out.append(ch)\n    return "".join(out)\n```\n\n',
  }),
  chunk({
    content: '- keeps accents, because `isalnum()` is true for é\n- drops *everything* else\n\nUse it for titles.',
  }),
  'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}',
  'data: {"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":204}}',
  'data: [DONE]',
];
function chunk(delta) {
  return `data: ${JSON.stringify({ choices: [{ delta }] })}`;
}

/** @param {Page} page */
async function answerWith(page, status, type, body) {
  await page.route('**/v1/chat/completions', (route) => {
    const cors = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': '*',
      'access-control-expose-headers': '*',
    };
    if (route.request().method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
    return route.fulfill({ status, headers: { ...cors, 'content-type': type }, body });
  });
}
/** @param {Page} page */
async function talk(page) {
  await answerWith(page, 200, 'text/event-stream', `${ANSWER.join('\n\n')}\n\n`);
  await page
    .getByLabel('Message')
    .fill('Write a Python slugify() for blog titles. Handle accents, then name one weakness.');
  await page.keyboard.press('Enter');
  await page.getByText('Answered by').first().waitFor();
}
/** @param {Page} page */
async function compareModels(page, more) {
  for (let n = 0; n < more; n += 1) {
    await page.getByRole('button', { name: 'Add model' }).click();
    await page.getByRole('menuitem').nth(n).click();
  }
  await talk(page);
  await showThought(page);
}
/** @param {Page} page */
async function showThought(page) {
  await page.getByText('Thought first').or(page.getByText('Thought for')).first().click();
}
/** @param {Page} page */
async function edit(page) {
  await talk(page);
  await page.getByRole('button', { name: 'Edit and resend' }).click();
}
/** @param {Page} page */
async function listChats(page) {
  await talk(page);
  await page.getByRole('button', { name: 'New chat' }).click();
  await talk(page);
  await page.waitForTimeout(600); // for eyes only: it is kept a moment after it has changed
  await page.getByRole('button', { name: 'Chats' }).click();
  await page.getByRole('dialog').getByRole('listitem').first().waitFor();
}
/** @param {Page} page */
async function fail(page) {
  const body = {
    error: { message: 'qwen-coder has no target that can answer.', type: 'server_error', code: 'engine_failed' },
    stackyard: {
      attempts: [
        { target: 'qwen-vllm/Qwen', reason: 'failed' },
        { target: 'workstation/gpt-oss-20b', reason: 'cooling' },
      ],
    },
  };
  await answerWith(page, 503, 'application/json', JSON.stringify(body));
  await page.getByLabel('Message').fill('Hello');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('alert').waitFor();
}
/** @param {Page} page */
async function searchActions(page) {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('llama stop');
}
/** @param {Page} page */
async function inspect(page) {
  await page.getByRole('button', { name: 'qwen-coder', exact: true }).click();
  await page.getByText('gemma-3-4b-it', { exact: true }).hover();
}
/** @param {Page} page */
async function getModel(page) {
  await page.getByRole('button', { name: 'Get a model' }).click();
  await page.getByRole('dialog').waitFor();
}
/** @param {Page} page */
async function getWrongModel(page) {
  await getModel(page);
  await page.getByLabel('Engine', { exact: true }).click();
  await page.getByRole('option', { name: /^llama/ }).click();
  await page.getByLabel('File').fill('hf:org/repo/big-00001-of-00003.gguf');
  await page.getByLabel('Checksum').fill('abcdef');
  await page.getByLabel('File').focus();
}
/** @param {Page} page */
async function engineFilter(page) {
  await page.getByLabel('Filter the log').fill('memory');
  await page.getByLabel('Wrap long lines').click();
}
/** @param {Page} page */
async function compare(page) {
  await page.getByLabel('Port', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'llama', exact: true }).click();
  await page.getByLabel('Port', { exact: true }).fill('8085');
  await page.getByText('What applying would do').waitFor();
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('dialog').waitFor();
}
/** @param {Page} page */
async function lookDown(page) {
  await page.getByText('2 models', { exact: true }).click();
  await page.getByText('Folder', { exact: true }).click();
  await page.getByRole('button', { name: 'Add another server' }).click();
  await page.getByLabel('Address').fill('http://192.0.2.10:8000/v1');
  await page.getByLabel('API key', { exact: true }).fill('sk-1234');
  await page.getByRole('button', { name: 'Try and add' }).click();
  await page.getByText('Answers, 1 model').waitFor();
  await page.getByRole('button', { name: 'Add another server' }).click();
  await page.getByText('Open at login').click();
  await page.getByText('Start hidden').scrollIntoViewIfNeeded();
}
/** @param {Page} page */
async function testPrompt(page) {
  await answerWith(page, 200, 'text/event-stream', `${ANSWER.join('\n\n')}\n\n`);
  await page.getByRole('button', { name: 'Send test prompt' }).click();
  await page.getByText('Answered by').waitFor();
}

async function importSource(page) {
  await page.getByText('Import from LiteLLM').click();
  const file = join(top, 'tests/fixtures/litellm-configs/broken-alias.yaml');
  await page.getByLabel('Paste a LiteLLM config').fill(readFileSync(file, 'utf8'));
}

/** @param {Page} page */
async function modelForm(page) {
  await page.getByRole('button', { name: 'Models', exact: true }).click();
}
/** @param {Page} page */
async function suggest(page) {
  await page.getByRole('textbox', { name: 'Config file' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+Space');
  await page.locator('.cm-tooltip-autocomplete').waitFor();
  // The list is placed by what was measured before the editor had scrolled; a window that changes has it measured again.
  await page.evaluate(() => window.dispatchEvent(new Event('resize')));
}
