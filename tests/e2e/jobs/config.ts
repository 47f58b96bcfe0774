import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { until, untilEqual } from '../../support/until.ts';
import type { Stack } from './stack.ts';

/** The form and the text change one file: planned, compared, mended, applied, and taken back. */
export async function configJob({ page, hand, where, configFile, engine, call }: Stack): Promise<void> {
  const onDisk = () => readFileSync(configFile, 'utf8');
  const before = onDisk();
  const { pid } = await engine('llama');
  await hand.go('Config');
  const editor = page.getByRole('textbox', { name: 'Config file' });
  const plan = page.getByRole('region', { name: 'Plan' });
  const apply = plan.getByRole('button', { name: /^Apply/ });
  await editor.getByText('# the stack of the page jobs').waitFor();
  // what only the app can do is not shown elsewhere
  const native = where === 'app' ? 1 : 0;
  expect(await page.getByRole('button', { name: 'Show file' }).count()).toBe(native);
  await hand.press(page.getByRole('button', { name: 'App', exact: true }));
  await page.getByRole('region', { name: 'App settings' }).waitFor();
  expect(await page.getByText('Open at login').count()).toBe(native);
  await hand.press(page.getByRole('button', { name: 'Engines', exact: true }));

  const form = page.getByRole('region', { name: 'Engine settings' });
  await hand.write(form.getByRole('textbox', { name: 'Arguments' }), '-t 1 --alias tiny --seed 7');
  await plan.getByText('Restarts llama').waitFor();
  expect(onDisk()).toBe(before);
  const compare = page.getByRole('button', { name: 'Compare' });
  const differences = page.getByRole('dialog', { name: 'The saved file, and your text' });
  await hand.press(compare);
  await differences.getByText('"--seed", "7"').waitFor();
  await hand.close(differences, compare);
  await hand.press(apply);
  await page.getByText('Config applied').first().waitFor();
  const applied = before.replace('"tiny"]', '"tiny", "--seed", "7"]');
  expect(onDisk()).toBe(applied);
  expect((await call('config.history', {})).versions[0]?.origin).toBe('window');
  await until('ready as another process', async () => {
    const now = await engine('llama');
    return now.phase === 'ready' && now.pid !== pid;
  });

  // the keys that may stand there are suggested, with what they are for
  await hand.endOfLine(editor, 'start: with-app');
  await page.keyboard.press('Enter');
  await page.keyboard.type('stop_t');
  const suggestion = page.getByRole('option', { name: /^stop_timeout/ });
  await suggestion.waitFor();
  const shown = performance.now();
  await page
    .locator('.cm-completionInfo')
    .getByText(/^How long draining/)
    .waitFor();
  // CodeMirror leaves the keys to the text until a list has been there for 75 ms
  await until('the list takes keys', () => performance.now() - shown > 100);
  if (hand.by === 'mouse') await suggestion.click();
  else await page.keyboard.press('Enter');
  await suggestion.waitFor({ state: 'detached' });
  await page.keyboard.type('7s');
  await until('it can be applied', () => apply.isEnabled());
  expect(await editor.innerText()).toContain('\n    stop_timeout: 7s\n');
  await hand.press(page.getByRole('button', { name: 'Discard' }));
  await untilEqual('nothing is edited', () => page.getByText('Edited', { exact: true }).count(), 0);

  // a word that is none: told at its line, with the one that was meant, and nothing is applied
  await hand.endOfLine(editor, 'start: with-app');
  await page.keyboard.type('s');
  const finding = editor.getByRole('note');
  await finding.waitFor();
  expect(await apply.isDisabled()).toBe(true);
  await page.keyboard.press('Control+s'); // goes to the error instead
  expect(onDisk()).toBe(applied);
  if (hand.by === 'mouse') await finding.getByRole('button').click();
  else await page.keyboard.press('Control+.');
  await finding.waitFor({ state: 'detached' });
  await untilEqual('nothing is edited any more', () => page.getByText('Edited', { exact: true }).count(), 0);

  // somebody else writes the file while it is being edited here
  await hand.write(form.getByRole('textbox', { name: 'Arguments' }), '-t 1 --alias tiny --seed 8');
  const theirs = `${applied}# by somebody else\n`;
  writeFileSync(configFile, theirs);
  await page.getByText('The file was changed on disk while you were editing.').waitFor();
  expect(await apply.isDisabled()).toBe(true);
  await hand.press(page.getByRole('button', { name: 'Reload from disk' }));
  await editor.getByText('# by somebody else').waitFor();
  expect(onDisk()).toBe(theirs);

  await hand.press(page.getByRole('button', { name: 'History', exact: true }));
  const versions = page.getByRole('list', { name: 'Applied versions' }).getByRole('button');
  await until('the versions', async () => (await versions.count()) >= 2);
  await hand.press(versions.nth(1));
  await hand.press(page.getByRole('button', { name: 'Restore…' }));
  const restore = page.getByRole('dialog', { name: /^Restore / });
  await hand.press(restore.getByRole('button', { name: 'Restore', exact: true }));
  await untilEqual('every byte is back', onDisk, before);
  await restore.waitFor({ state: 'detached' });
  await hand.press(page.getByRole('button', { name: 'Edit', exact: true }));
  await until('llama is ready again', async () => (await engine('llama')).phase === 'ready');
}
