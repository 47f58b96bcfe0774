import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { KNOWN_ANSWER } from '../../../build/tiny-model.mjs';
import { untilEqual } from '../../support/until.ts';
import type { Stack } from './stack.ts';

const BEGIN = KNOWN_ANSWER.trim().slice(0, 40);
const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const answers = (page: Page) => page.getByRole('article', { name: /^Answer of/ });
/** How many answers have ended and been measured. */
const measured = (page: Page) => answers(page).getByText('Answered by').count();

/** A conversation: asked, stopped, asked anew in other words, of two models at once, found again, kept as a file. */
export async function playgroundJob({ page, hand, saved, copied, gateway }: Stack): Promise<void> {
  await hand.go('Playground');
  await hand.press(page.getByRole('button', { name: 'New chat' }));
  await hand.choose(page.getByRole('combobox', { name: 'Model' }), /^slow/);
  await hand.write(message(page), 'Who are you?');
  await hand.press(page.getByRole('button', { name: 'Send', exact: true }));
  await answers(page)
    .getByText(/^word word/)
    .waitFor();
  await hand.press(page.getByRole('button', { name: 'Stop' }));
  await answers(page).getByText('Stopped by you').waitFor();

  await hand.choose(page.getByRole('combobox', { name: 'Model' }), /^demo/);
  await hand.press(answers(page).getByRole('button', { name: 'Regenerate' }));
  await answers(page).getByText(BEGIN).waitFor();
  await untilEqual('measured', () => measured(page), 1);

  await hand.choose(page.getByRole('button', { name: 'Add model' }), 'tiny');
  await hand.press(page.getByRole('button', { name: 'Edit and resend' }));
  await hand.write(page.getByRole('textbox', { name: 'Question' }), 'Who am I?');
  await hand.press(page.getByRole('button', { name: 'Send again' }));
  await untilEqual('both have answered', () => measured(page), 2);
  for (const name of ['demo', 'tiny']) {
    const answer = page.getByRole('article', { name: `Answer of ${name}`, exact: true });
    expect(await answer.innerText()).toContain(BEGIN);
    expect(await answer.innerText()).toMatch(/Answered by\s+llama/);
  }

  await hand.write(page.getByLabel('Max tokens'), '4');
  await hand.write(message(page), 'And why?');
  await hand.press(page.getByRole('button', { name: 'Send', exact: true }));
  await untilEqual('both were cut short', () => answers(page).getByText('Ended by').count(), 2);
  await hand.press(page.getByRole('button', { name: 'Branch from here' }).first());
  await untilEqual('the branch has the first question only', () => answers(page).count(), 2);

  await hand.choose(page.getByRole('button', { name: 'Copy as…' }), 'Copy as curl');
  await page.getByText('Copied request as curl').waitFor();
  expect(await copied()).toContain(`${gateway}/v1/chat/completions`);

  await hand.press(page.getByRole('button', { name: 'New chat' }));
  await untilEqual('an empty chat', () => answers(page).count(), 0);
  const chats = page.getByRole('dialog', { name: 'Chats' });
  await hand.press(page.getByRole('button', { name: 'Chats' }));
  await hand.write(chats.getByRole('textbox', { name: 'Search in chats' }), 'and why');
  const found = chats.getByRole('listitem');
  await untilEqual('the one is found', () => found.count(), 1);
  await hand.choose(found.getByRole('button', { name: 'Save Who am I?' }), 'Save as Markdown');
  const file = await saved('who-am-i.md');
  expect(file).toContain('## You\n\nWho am I?');
  expect(file).toContain(BEGIN);
  await hand.press(found.getByRole('button', { name: /^Who am I\?/ }));
  await chats.waitFor({ state: 'detached' });
  await untilEqual('it is whole', () => answers(page).count(), 4);
}
