import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import { expectFocusOn } from './hand.ts';
import type { Stack } from './stack.ts';

/** A model is found among the others, copied, proved, and one of a shelf is brought into memory and out of it. */
export async function modelsJob({ page, hand, copied, snapshot }: Stack): Promise<void> {
  await hand.go('Models');
  const table = page.getByRole('table', { name: 'Models' });
  const row = (id: string) =>
    table.getByRole('row').filter({ has: page.getByRole('button', { name: id, exact: true }) });
  const phase = async (id: string) =>
    (await snapshot()).models.find((model) => model.id === id)?.targets.find(({ engine }) => engine === 'shelf')
      ?.phase;

  const head = table.getByRole('columnheader', { name: 'Model', exact: true });
  const sorting = async (order: string) => {
    await hand.press(head.getByRole('button'));
    expect(await head.getAttribute('aria-sort')).toBe(order);
    return table.locator('.row-name .mono').allInnerTexts();
  };
  await hand.press(page.getByRole('button', { name: /^In memory/ }));
  expect(await sorting('ascending')).toEqual(['full', 'slow', 'tiny']);
  expect(await sorting('descending')).toEqual(['tiny', 'slow', 'full']);
  await sorting('none');
  await hand.press(page.getByRole('button', { name: /^All/ }));

  const filter = page.getByRole('textbox', { name: 'Filter models' });
  await hand.write(filter, 'shelf');
  await row('demo').waitFor({ state: 'detached' });
  await hand.press(row('small').getByRole('button', { name: 'Load' }));
  await row('small').getByRole('button', { name: 'Unload' }).waitFor();
  expect(await phase('small')).toBe('ready');
  await hand.press(row('small').getByRole('button', { name: 'Unload' }));
  await row('small').getByRole('button', { name: 'Load', exact: true }).waitFor();
  await until('it is out of memory', async () => (await phase('small')) === 'not_loaded');
  await hand.write(filter, '');

  await hand.press(row('demo').getByRole('button', { name: 'Copy demo' }));
  await page.getByText('Copied demo').waitFor();
  expect(await copied()).toBe('demo');

  await hand.press(page.getByRole('button', { name: /^Routes/ }));
  await row('small').waitFor({ state: 'detached' });
  const name = row('demo').getByRole('button', { name: 'demo', exact: true });
  const about = page.getByRole('complementary', { name: 'About demo' });
  await hand.press(name);
  await hand.into(name, about);
  await hand.press(about.getByRole('button', { name: 'Verify' }));
  await row('demo').getByText('Passed just now').waitFor();
  const proof = about.getByRole('region', { name: 'Verified' });
  await proof.getByText('Through the gateway').waitFor();
  await hand.press(about.getByRole('button', { name: 'Close' }));
  await about.waitFor({ state: 'detached' });
  await expectFocusOn(page, name);
  await hand.press(page.getByRole('button', { name: /^All/ }));
  await row('small').waitFor();
}
