#!/usr/bin/env node
/**
 * Stands for a `llama-server` that talks much: it answers what the gateway asks of one, streams every chat the same twelve words,
 * and prints as many log lines a second as `POST /pour?lines=N` said last (none at first). `--host` and `--port` as the real one.
 */
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { host: { type: 'string' }, port: { type: 'string' } },
  strict: false,
  allowPositionals: true,
});
const WORDS = 'twelve words that come one by one, as a small model would say them'.split(' ').slice(0, 12);
/** Between two words, ms. */
const PACE = 20;
/** Between two handfuls of lines, ms. */
const TICK = 20;

let perSecond = 0;
let owed = 0;
let printed = 0;
setInterval(() => {
  owed += (perSecond * TICK) / 1000;
  let text = '';
  for (; owed >= 1; owed -= 1) {
    printed += 1;
    text += line(printed);
  }
  if (text !== '') process.stderr.write(text);
}, TICK);

/** As `llama-server` b11669 writes them, with a warning now and then. @param {number} n */
function line(n) {
  if (n % 97 === 0)
    return `W srv  update_slots: id ${n % 4} | task ${n} | cache reuse is not supported, it is left out\n`;
  return `I slot update_slots: id ${n % 4} | task ${n} | prompt processing progress, n_tokens = ${n % 4096}, progress = ${((n % 100) / 100).toFixed(2)}\n`;
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
  for await (const _ of request) {
    // read to its end
  }
  const json = (/** @type {unknown} */ value) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  };
  if (pathname === '/health') return json({ status: 'ok' });
  if (pathname === '/v1/models') return json({ object: 'list', data: [{ id: 'chatty', object: 'model' }] });
  if (pathname === '/props') return json({ default_generation_settings: { n_ctx: 4096 }, total_slots: 64 });
  if (pathname === '/pour') {
    perSecond = Number(searchParams.get('lines'));
    return json({ printed });
  }
  if (pathname !== '/v1/chat/completions') {
    response.statusCode = 404;
    return json({ error: { message: 'not here' } });
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const content of WORDS) {
    response.write(
      `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: `${content} ` } }] })}\n\n`,
    );
    await wait(PACE);
  }
  const usage = { prompt_tokens: 9, completion_tokens: WORDS.length, total_tokens: 9 + WORDS.length };
  response.write(
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
});
server.listen(Number(values.port), String(values.host ?? '127.0.0.1'));
process.once('SIGTERM', () => process.exit(0));
