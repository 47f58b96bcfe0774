/** Copied code is run: what curl, Python's own parser and TypeScript's compiler say of it. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { asCode } from '../../../renderer/chat/as-code.ts';
import { type ChatRequest, chatBody } from '../../../renderer/chat/chat-request.ts';
import { describeNeeding } from '../../support/tools.ts';

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: `it's "so"\n\\ $HOME` }],
  temperature: 0.5,
  stop: ['END'],
  response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: {} } },
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

describe('copied curl', () => {
  it('sends the very body, however it is quoted, and never the window’s token', async () => {
    let body = '';
    const server = createServer((req, res) => {
      req.on('data', (part) => {
        body += part;
      });
      req.on('end', () => res.end('data: [DONE]\n\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const command = asCode('curl', base, REQUEST, true);
    expect(command).toContain('Bearer YOUR_KEY');
    const { execa } = await import('execa');
    await execa('sh', ['-c', command]);
    expect(JSON.parse(body)).toEqual(chatBody(REQUEST));
  });
});

describeNeeding(['python'], 'copied Python', () => {
  it('is Python, and its arguments are the request’s', () => {
    const code = asCode('Python', 'http://127.0.0.1:4000/v1', REQUEST, false);
    const read = `import ast, json, sys
call = [n for n in ast.walk(ast.parse(sys.stdin.read())) if isinstance(n, ast.Call) and getattr(n.func, 'attr', '') == 'create'][0]
print(json.dumps({k.arg: ast.literal_eval(k.value) for k in call.keywords}))`;
    const args = JSON.parse(execFileSync('python3', ['-I', '-c', read], { input: code, encoding: 'utf8' }));
    expect(args).toEqual({ ...REQUEST, stream: true });
  });
});

describe('copied TypeScript', () => {
  it('holds the request as it is', () => {
    const code = asCode('TypeScript', 'http://127.0.0.1:4000/v1', REQUEST, false);
    const body = /create\((\{[\s\S]*?\n\})\)/.exec(code)?.[1] ?? '';
    expect(JSON.parse(body)).toEqual({ ...REQUEST, stream: true });
    expect(code).toContain("apiKey: 'none'");
  });
});
