// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { find, forget, keep } from '../../../../renderer/chat/archive.ts';
import { chat } from '../../../../renderer/chat/chat-store.ts';
import { emptyChat } from '../../../../renderer/chat/conversation.ts';
import { PlaygroundPage } from '../../../../renderer/features/playground/page.tsx';
import { held } from '../../../../renderer/store.ts';
import { conversation } from '../../support/chats.ts';
import { SNAPSHOT } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

const page = <PlaygroundPage notices={null} />;
const open = (next = emptyChat('now', '2026-11-23T08:00:00.000Z')) => chat.setState(next, true);

beforeEach(() => open());
afterEach(async () => {
  await hide();
  localStorage.clear();
  for (const { id } of await find()) await forget(id);
});

describe('the playground', () => {
  it('chooses a model that is ready, and asks up to four side by side', async () => {
    const { click, find: on, text } = await show(page);
    expect(chat.getState().models).toEqual(['llama3.1']);
    for (let n = 0; n < 3; n += 1) {
      await click('button', 'Add model');
      await settle();
      await act(async () => document.querySelector<HTMLElement>('[role=menuitem]')?.click());
      await settle();
    }
    expect(chat.getState().models).toHaveLength(4);
    expect(new Set(chat.getState().models).size).toBe(4);
    expect(text()).not.toContain('Add model');
    expect(on('textarea', 'Message').getAttribute('placeholder')).toBe('Ask all 4 models…');
    await click('button', /^Leave llama3\.1 out/);
    expect(chat.getState().models).toHaveLength(3);
  });

  it('keeps a half-written question over a reload', async () => {
    const first = await show(page);
    await first.type('Message', 'half a ques');
    const again = await show(page);
    expect((again.find('textarea', 'Message') as HTMLTextAreaElement).value).toBe('half a ques');
  });

  it('sends nothing while the schema is wrong, and says so', async () => {
    const script = scriptedBridge();
    const { type, find: on, text } = await show(page, script);
    await type('Message', 'Hello');
    await type('JSON Schema of the answer', '{');
    expect(text()).toContain('A JSON Schema is a JSON object');
    expect((on('button', 'Send') as HTMLButtonElement).disabled).toBe(true);
    await type('JSON Schema of the answer', '{}');
    expect((on('button', 'Send') as HTMLButtonElement).disabled).toBe(false);
    expect(script.calls.some(({ name }) => name === 'gateway.access')).toBe(false);
  });

  it('copies the request as a program would send it', async () => {
    open(conversation('c', [['Why?', 'Because.']], { models: ['llama3.1'] }));
    const script = scriptedBridge();
    const { click } = await show(page, script);
    await click('button', 'Copy as…');
    await settle();
    await click('[role=menuitem]', 'Copy as Python');
    await settle();
    const copied = script.calls.find(({ name }) => name === 'shell.copy')?.input as { text: string };
    expect(copied.text).toContain('"content": "Why?"');
    expect(copied.text).not.toContain('app-token');
  });

  it('branches from an earlier answer, and keeps what it came from', async () => {
    open(
      conversation(
        'c',
        [
          ['one', 'first'],
          ['two', 'second'],
        ],
        { models: ['llama3.1'] },
      ),
    );
    const { find: on, text } = await show(page);
    await act(async () => on('button', 'Branch from here').click());
    await settle();
    expect(chat.getState().turns.map(({ ask }) => ask)).toEqual(['one']);
    expect(text()).not.toContain('second');
    await expect.poll(async () => (await find('second')).map(({ id }) => id)).toEqual(['c']);
  });

  it('offers an earlier question to be edited, and says that the rest stays', async () => {
    open(
      conversation(
        'c',
        [
          ['one', 'first'],
          ['two', 'second'],
        ],
        { models: ['llama3.1'] },
      ),
    );
    const { click, find: on, text } = await show(page);
    await click('button', 'Edit and resend');
    expect((on('textarea', 'Question') as HTMLTextAreaElement).value).toBe('one');
    expect(text()).toContain('What came after it stays');
    await click('button', 'Cancel');
    expect(text()).toContain('second');
  });

  it('lets an answer that was stopped before its first word be asked for again', async () => {
    const told = conversation('c', [['one', '']], { models: ['llama3.1'] });
    const turns = told.turns.map((turn) => ({
      ...turn,
      answers: turn.answers.map((answer) => ({ ...answer, state: 'stopped' as const })),
    }));
    open({ ...told, turns });
    const { text } = await show(page);
    expect(text()).toContain('Stopped by you');
    expect(text()).toContain('Try again');
  });

  it('shows calls of tools with their arguments, and reasoning only when asked', async () => {
    const told = conversation('c', [['one', 'It is 4 °C.']], { models: ['llama3.1'] });
    const [turn] = told.turns;
    const [answer] = turn?.answers ?? [];
    if (!turn || !answer) throw new Error('no answer');
    const tools = [{ name: 'weather', arguments: '{"city":"Oslo"}' }];
    open({ ...told, turns: [{ ...turn, answers: [{ ...answer, tools, reasoning: 'Oslo is cold.' }] }] });
    const { click, text } = await show(page);
    expect(text()).toContain('Calls weather');
    expect(text()).toContain('"city": "Oslo"');
    expect(text()).not.toContain('Oslo is cold.');
    await click('button', 'Thought first');
    expect(text()).toContain('Oslo is cold.');
  });
});

describe('the chats', () => {
  it('are found by a word of an answer, opened and deleted', async () => {
    await keep(conversation('cats', [['About cats', 'They purr.']]));
    await keep(conversation('dogs', [['About dogs', 'They bark.']]));
    const { click, type, text } = await show(page);
    const items = () => document.querySelectorAll('.chats li').length;
    await click('button', 'Chats');
    await expect.poll(async () => (await settle(), items())).toBe(2);
    await type('Search in chats', 'purr');
    await expect.poll(async () => (await settle(), items())).toBe(1);
    expect(text()).toContain('About cats');
    await click('button', /^About cats/);
    expect(chat.getState().id).toBe('cats');
    await settle();
    await click('button', 'Chats');
    await expect.poll(async () => (await settle(), items())).toBe(2);
    await click('button', 'Delete About dogs');
    await expect.poll(async () => (await find()).map(({ id }) => id)).toEqual(['cats']);
  });
});

describe('pictures', () => {
  const model = (id: string, images: boolean | null) => ({
    id,
    origin: 'entry' as const,
    alias_of: null,
    targets: [
      {
        engine: 'llama',
        model: id,
        phase: 'ready' as const,
        progress: null,
        can: { images, tools: false, reasoning: null },
      },
    ],
  });
  const with_ = (images: boolean | null) => ({ ...SNAPSHOT, models: [model('m', images), model('other', true)] });
  const picture = () => new File([new Uint8Array([1])], 'cat.png', { type: 'image/png' });
  const button = (on: (selector: string, name: string) => HTMLElement) =>
    on('button', 'Add pictures') as HTMLButtonElement;
  const drop = async (on: (selector: string, name: string) => HTMLElement) => {
    const event = Object.assign(new Event('drop', { bubbles: true, cancelable: true }), {
      dataTransfer: { files: [picture()] },
    });
    await act(async () => on('form', 'Question').dispatchEvent(event));
    await settle();
  };

  it('are taken for a model that sees', async () => {
    const { find: on, text } = await show(page, scriptedBridge(), with_(true));
    expect(button(on).disabled).toBe(false);
    await drop(on);
    await expect.poll(async () => document.querySelectorAll('.thumbs li').length).toBe(1);
    expect(text()).not.toContain('pictures');
    expect((on('button', 'Send') as HTMLButtonElement).disabled).toBe(false);
  });

  it('are refused for one that does not, by button and by drop, with the word why', async () => {
    const { find: on, text } = await show(page, scriptedBridge(), with_(false));
    expect(button(on).disabled).toBe(true);
    expect(text()).toContain('m takes no pictures');
    await drop(on);
    expect(document.querySelectorAll('.thumbs li')).toHaveLength(0);
    expect(text()).toContain('m takes no pictures.');
  });

  it('are taken where nobody knows, which is said; and stay unsent when a model that does not see is chosen then', async () => {
    const { find: on, text } = await show(page, scriptedBridge(), with_(null));
    expect(button(on).disabled).toBe(false);
    await drop(on);
    await expect.poll(async () => text()).toContain('Nobody tells whether m takes pictures; they may be refused.');
    expect((on('button', 'Send') as HTMLButtonElement).disabled).toBe(false);
    await act(async () => held.setState({ snapshot: with_(false) }));
    expect(text()).toContain('m takes no pictures');
    expect((on('button', 'Send') as HTMLButtonElement).disabled).toBe(true);
  });

  it('are one thing, tools another: a model that calls none is named beside them', async () => {
    const { type, text } = await show(page, scriptedBridge(), with_(true));
    await type('Tools', '[]');
    expect(text()).toContain('By its engine, m calls no tools');
  });
});
