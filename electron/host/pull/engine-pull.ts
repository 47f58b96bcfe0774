/** Has an engine get a model by itself, and passes on what it tells about that. */
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { StackyardError } from '../../../shared/errors.ts';
import type { PullWay } from '../../engines/profile.ts';
import { lineReader } from '../control-lines.ts';
import type { Job } from '../jobs.ts';
import { PATIENCE, type Patience } from './download.ts';
import { openInbox } from './inbox.ts';
import { networkTrouble, Passing } from './trouble.ts';

export interface EnginePull {
  readonly engine: string;
  readonly way: Extract<PullWay, { by: 'engine' }>;
  readonly model: string;
  /** The engine's, as of now; `null` while it has none. */
  readonly address: () => string | null;
  readonly apiKey: string | null;
  readonly patience?: Patience;
}

/** Checking a large file's hash takes an engine minutes without a word. */
const SILENCE = 10 * 60_000;
const LONGEST_LINE = 1024 * 1024;

/** Resolves when the engine says that it has the model. To cancel is to hang up: it keeps what it has for the next time. */
export async function pullByEngine(pull: EnginePull, job: Job, signal: AbortSignal): Promise<void> {
  const { patience = PATIENCE } = pull;
  const layers: Layers = new Map();
  for (let fruitless = 0; ; ) {
    const before = sum(layers, 'done');
    try {
      return await attempt(pull, job, signal, layers);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Passing)) throw error;
      fruitless = sum(layers, 'done') > before ? 1 : fruitless + 1;
      if (fruitless >= patience.tries) throw error;
      job.update({ phase: 'waiting', doing: `${error.message.replace(/\.$/, '')}; trying again` });
      await pause(Math.min(patience.longest, patience.pause * 2 ** (fruitless - 1)), undefined, { signal });
    }
  }
}

type Layers = Map<string, { total: number; done: number }>;

const sum = (layers: Layers, what: 'total' | 'done'): number =>
  [...layers.values()].reduce((all, layer) => all + layer[what], 0);

async function attempt(pull: EnginePull, job: Job, signal: AbortSignal, layers: Layers): Promise<void> {
  const { engine, way, model, apiKey } = pull;
  const address = pull.address();
  if (address === null) throw new Passing(`${engine} is not running.`);
  const spec = way.request(model);
  const dispatcher = new Agent({ bodyTimeout: SILENCE, headersTimeout: SILENCE, connect: { timeout: 5_000 } });
  let success = false;
  let refused: string | null = null;
  const reader = lineReader(
    LONGEST_LINE,
    (line) => {
      const news = way.read(parse(line));
      if (news === null) return;
      refused ??= news.error;
      success ||= news.success;
      if (news.layer !== null) layers.set(news.layer.id, news.layer);
      const bytes = layers.size === 0 ? {} : { done_bytes: sum(layers, 'done'), total_bytes: sum(layers, 'total') };
      const verifying = news.doing !== null && /^verifying/.test(news.doing);
      job.update({ phase: verifying ? 'verifying' : 'running', doing: news.doing, ...bytes });
    },
    () => {
      refused ??= 'it sent an endless line';
    },
  );
  try {
    const { statusCode, body } = await request(`${address}${spec.path}`, {
      method: spec.method,
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(spec.body),
      dispatcher,
      signal,
    });
    for await (const chunk of openInbox(body).chunks()) reader.push(chunk);
    // The last line may lack its end.
    reader.push(Buffer.from('\n'));
    if (refused === null && statusCode >= 400) refused = `HTTP ${statusCode}`;
  } catch (error) {
    signal.throwIfAborted();
    throw networkTrouble(error, engine, true);
  } finally {
    await dispatcher.destroy();
  }
  if (refused !== null) throw refusal(engine, model, refused);
  if (!success) throw new Passing(`${engine} hung up before it was done.`);
}

/** What Ollama's registry and file system say (server/images.go, server/download.go). */
function refusal(engine: string, model: string, said: string): StackyardError {
  const message = `${engine} could not get ${model}: ${said}.`;
  if (/no space left|disk (?:is )?full|not enough space/i.test(said))
    return new StackyardError('disk_full', message, { hint: 'Free some space and try again.' });
  if (/file does not exist|not found|invalid model name/i.test(said)) {
    return new StackyardError('download_failed', message, {
      hint: 'Check the name in the library; capitals and the tag count.',
    });
  }
  if (/unauthorized|access denied|forbidden|401|403/i.test(said))
    return new StackyardError('download_denied', message);
  // What the network did to it, it says itself and does not try again.
  if (/timeout|connection|reset|EOF|temporar|max retries/i.test(said)) return new Passing(message);
  return new StackyardError('download_failed', message);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // a line that was cut: the end of the stream tells
  }
}
