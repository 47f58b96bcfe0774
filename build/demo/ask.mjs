import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

/**
 * One streamed chat request through the gateway, as any OpenAI client sends it.
 *
 * @param {string} gateway its URL, without `/v1`
 * @param {string} question
 * @param {(text: string) => void} show gets each piece of the answer as it comes
 * @returns {Promise<{ route: string, firstTokenMs: number }>} `firstTokenMs`: from sending to the first text
 * @throws Error with the gateway's message when there is no answer
 */
export async function ask(gateway, question, show) {
  const start = performance.now();
  const answer = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo', stream: true, messages: [{ role: 'user', content: question }] }),
  });
  if (!answer.ok || !answer.body) throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);

  let firstTokenMs = null;
  const body = /** @type {import('node:stream/web').ReadableStream} */ (answer.body);
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
    const text = textOf(line);
    if (!text) continue;
    firstTokenMs ??= performance.now() - start;
    show(text);
  }
  if (firstTokenMs === null) throw new Error('the answer was empty');
  return { route: answer.headers.get('x-stackyard-route') ?? 'not said', firstTokenMs };
}

/** The text in one line of the event stream. @param {string} line */
function textOf(line) {
  if (!line.startsWith('data: ') || line === 'data: [DONE]') return '';
  const event = JSON.parse(line.slice('data: '.length));
  if (event.error) throw new Error(`the stream ended with an error: ${event.error.message}`);
  return event.choices?.[0]?.delta?.content ?? '';
}
