import type { TriedServer } from '../../shared/contract/detected.ts';
import { StackyardError } from '../../shared/errors.ts';
import { openaiModels } from '../engines/model-list.ts';
import type { Answer } from '../engines/profile.ts';
import { PROFILES } from '../engines/profiles.ts';
import { ask } from './ask.ts';

const TIMEOUT_MS = 10_000;

/**
 * Asks a server of OpenAI's API for its models. `url` is its base or its root; where only a root is given, `/v1` below it is
 * asked first. Throws what is wrong with it: `bad_input`, `unreachable`, `invalid_api_key`, `no_model_list`.
 */
export async function tryServer(url: string, apiKey: string | null): Promise<Omit<TriedServer, 'secret'>> {
  const bases = basesOf(url);
  let worst: StackyardError | null = null;
  for (const base of bases) {
    const answer = await ask(base, PROFILES.openai.probes.identify, { apiKey, timeoutMs: TIMEOUT_MS });
    const models = openaiModels(answer);
    if (models !== null && !isStackyard(base, answer)) return { url: base, models: models.map(({ id }) => id) };
    worst ??= complaint(base, answer, apiKey);
    if (answer.status === null) break;
  }
  throw worst ?? new StackyardError('unreachable', `Nothing answers at ${url}.`);
}

function basesOf(text: string): readonly string[] {
  let url: URL | null = null;
  try {
    url = new URL(text.trim());
  } catch {
    // said below
  }
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new StackyardError('bad_input', 'That is no address of a server.', {
      hint: 'Write it with http:// or https://, for example http://192.0.2.10:8000/v1.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new StackyardError('bad_input', 'The address has a user name or password in it.', {
      hint: 'Give the API key in its own field.',
    });
  }
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/(?:models|chat\/completions)$/, '');
  return url.pathname === '/' ? [`${base}/v1`, base] : [base];
}

/** A Stackyard of this machine would ask itself. */
const isStackyard = (base: string, answer: Answer): boolean =>
  answer.status !== null &&
  answer.headers['x-stackyard-request-id'] !== undefined &&
  /^https?:\/\/(?:127\.|localhost|\[::1\])/i.test(base);

function complaint(base: string, answer: Answer, apiKey: string | null): StackyardError {
  if (answer.status === null) {
    return new StackyardError('unreachable', `Nothing answers at ${base}: ${answer.message.replace(/\.$/, '')}.`, {
      hint: 'Check the address, and that the server runs and may be reached from this machine.',
    });
  }
  if (answer.status === 401 || answer.status === 403) {
    return apiKey === null
      ? new StackyardError('invalid_api_key', 'The server wants an API key.', { hint: 'Give the key and try again.' })
      : new StackyardError('invalid_api_key', 'The server does not accept this API key.', { hint: 'Check the key.' });
  }
  if (isStackyard(base, answer)) {
    return new StackyardError('no_model_list', 'That is a Stackyard of this machine.', {
      hint: 'Name the server behind it.',
    });
  }
  return new StackyardError(
    'no_model_list',
    `What answers at ${base} has no list of models (HTTP ${answer.status}).`,
    {
      hint: 'Give the address before `/chat/completions`; it usually ends in /v1.',
    },
  );
}
