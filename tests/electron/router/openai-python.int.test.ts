/** OpenAI's Python client, unmodified, before the gateway before a real llama-server (and a stand-in that says "Loading model" first). */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KNOWN_ANSWER, KNOWN_TOKENS } from '../../../build/tiny-model.mjs';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';
import { freePort } from '../../support/ports.ts';
import { stop } from '../../support/processes.ts';
import { recording } from '../../support/recordings.ts';
import { describeNeeding, llamaServer, need, pythonOpenai, tinyModel, top } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const LOADING = recording('llama-server', 'chat-loading').response;

describeNeeding(['llama-server', 'python-openai'], 'the Python client', () => {
  let child: ChildProcess;
  let loading: Upstream;
  let router: RunningRouter;
  beforeAll(async () => {
    const port = await freePort();
    const args = [
      '-m',
      need(tinyModel),
      '-t',
      '1',
      '--port',
      String(port),
      '-np',
      '1',
      '--embeddings',
      '--pooling',
      'mean',
    ];
    child = spawn(need(llamaServer), args, { stdio: 'ignore' });
    const address = `http://127.0.0.1:${port}`;
    await until('ready', async () => (await fetch(`${address}/health`)).status === 200);
    let asked = 0;
    loading = await startUpstream(({ res }) => {
      asked += 1;
      const message = { role: 'assistant', content: 'loaded' };
      const body = asked < 3 ? LOADING.json : { choices: [{ index: 0, message, finish_reason: 'stop' }] };
      res
        .writeHead(asked < 3 ? LOADING.status : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    });
    const key = { models: ['*'], requests_per_minute: null, tokens_per_minute: null, expires: null };
    router = await startRouter(
      table({
        engines: [
          engine('llama', address, { max_concurrent: 1 }),
          engine('slow', loading.url),
          engine('held', address, { held: true }),
        ],
        models: [
          model('tiny', [target('llama', 'anything')]),
          model('loading', [target('slow')]),
          model('held', [target('held')]),
        ],
        access: { ...table().access, keys: [{ ...key, name: 'python', key: 'sk-python' }] },
      }),
    );
  });
  afterAll(async () => {
    await router?.close();
    await loading?.close();
    if (child) await stop(child);
  });

  it('chats, streams with usage, keeps to a schema, embeds, lists, waits, leaves, and raises its own exceptions', async () => {
    const script = join(top, 'tests/fixtures/clients/openai_client.py');
    const { stdout } = await execa(need(pythonOpenai), [script, `${router.url}/v1`, 'sk-python']);
    expect(JSON.parse(stdout)).toEqual({
      whole: KNOWN_ANSWER,
      streamed: KNOWN_ANSWER,
      usage: KNOWN_TOKENS,
      schema: { yes: expect.any(Boolean) },
      route: 'llama/anything',
      embedding: expect.any(Number),
      models: ['tiny', 'loading', 'held'],
      model: 'tiny',
      loading: 'loaded',
      after_leaving: 2,
      overflow: { type: 'BadRequestError', status: 400, code: '400' },
      stranger: { type: 'AuthenticationError', status: 401, code: 'invalid_api_key' },
      unknown: { type: 'NotFoundError', status: 404, code: 'model_not_found' },
      held: { type: 'InternalServerError', status: 503, code: 'engine_held' },
    });
    expect(loading.seen).toHaveLength(3);
  });
});
