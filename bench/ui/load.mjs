/** What flows while a page is watched: log lines of the engine, and requests through the gateway at an even pace. */
import { Agent, request } from 'undici';

/** The answers are streams, so many are under way at once. */
const agent = new Agent({ connections: 64 });

/**
 * @param {{ gateway: string, engine: string, lines: number, requests: number }} rate a second, both
 * @returns {Promise<() => Promise<{ answered: number, failed: number }>>} what ends it
 */
export async function pour({ gateway, engine, lines, requests }) {
  await tell(engine, lines);
  let answered = 0;
  let failed = 0;
  const under = new Set();
  const ask = async () => {
    try {
      const { statusCode, body } = await request(`${gateway}/v1/chat/completions`, {
        dispatcher: agent,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chatty', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
      });
      const text = await body.text();
      if (statusCode === 200 && text.includes('[DONE]')) answered += 1;
      else failed += 1;
    } catch {
      failed += 1;
    }
  };
  const timer = setInterval(() => {
    const one = ask().finally(() => under.delete(one));
    under.add(one);
  }, 1000 / requests);
  return async () => {
    clearInterval(timer);
    await Promise.all(under);
    await tell(engine, 0);
    return { answered, failed };
  };
}

/** @param {string} engine @param {number} lines */
const tell = async (engine, lines) => {
  const { body } = await request(`${engine}/pour?lines=${lines}`, { method: 'POST' });
  await body.dump();
};
