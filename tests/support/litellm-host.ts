import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { startTestHost, type TestHost } from './host.ts';
import { tempFolder } from './tmp.ts';
import { litellmData, llamaServer, need, tinyModel } from './tools.ts';

/** Starting LiteLLM takes 5 to 30 s, most of it Python's imports. */
export const SLOW = { deadline: 180_000 };
export const READY = { names: ['litellm'], wait_ms: 180_000 };

/** A real llama-server with the tiny model, as text of a config's `engines:`. */
export const llamaEngine = (more = ''): string => `  llama:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "tiny"]
${more}`;

/** A host that finds LiteLLM installed in its data folder, as Stackyard's own installer leaves it. */
export async function startLitellmHost(text: string, folder = tempFolder()): Promise<TestHost & { folder: string }> {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const venvs = join(data, 'venvs');
  if (!existsSync(venvs)) symlinkSync(join(need(litellmData), 'venvs'), venvs);
  return { ...(await startTestHost(text, { data: folder })), folder };
}

/** One chat request, not streamed. */
export async function chat(
  gateway: string,
  model: string,
): Promise<{ status: number; text: string; route: string | null }> {
  const answer = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: AbortSignal.timeout(120_000),
  });
  const body = (await answer.json()) as { choices?: { message?: { content?: string } }[] };
  const text = body.choices?.[0]?.message?.content ?? JSON.stringify(body);
  return { status: answer.status, text, route: answer.headers.get('x-stackyard-route') };
}
