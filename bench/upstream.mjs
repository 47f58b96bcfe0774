/** A small engine for benches, in a process of its own: 1 KB of JSON, or 64 events of 250 bytes without a pause. */
import { createServer } from 'node:http';

const json = JSON.stringify({
  id: 'x',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'y'.repeat(860) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
});
const chunk = {
  id: 'x',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content: 'z'.repeat(150) } }],
};
const event = `data: ${JSON.stringify(chunk)}\n\n`;

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
      response.end(json);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = 64;
    const next = () => {
      if (left === 0) return response.end('data: [DONE]\n\n');
      left -= 1;
      response.write(event);
      setImmediate(next);
    };
    next();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
