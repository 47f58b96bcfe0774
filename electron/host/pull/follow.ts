/** One request for a file, redirects followed by hand: a token goes to the first server only, and nothing leaves https. */
import { type Dispatcher, request } from 'undici';
import { type Headers, readLinked, retryAfter } from '../../core/download-head.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { answerTrouble, failed, networkTrouble } from './trouble.ts';

export interface FollowOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly dispatcher: Dispatcher;
  /** For the first origin alone; `null` = none. */
  readonly token: string | null;
  /** Whether the first server is a Hugging Face hub, whose hashes and sizes of large files count. */
  readonly hub: boolean;
  /** Asked anew for each hop, with what the hub has said about the file so far. */
  readonly headers: (linked: Linked | null) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Set when a server has answered: from then on its name and port are known to be right. */
  readonly contact: { made: boolean };
}

export type Linked = ReturnType<typeof readLinked>;

export interface Followed {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Inbox;
  /** `example.org:8443`: who gave the answer. */
  readonly host: string;
  /** What the hub says about the file; `null` when it is none, or says nothing. */
  readonly linked: Linked | null;
}

const MOST_HOPS = 10;

/** The answer at the end of all redirects: 200, 206 or 416. Everything else is thrown as what it means. */
export async function follow(first: string, options: FollowOptions): Promise<Followed> {
  const { signal, dispatcher, method = 'GET' } = options;
  const seen = new Set<string>();
  let url = new URL(first);
  let token = options.token;
  let linked: Linked | null = null;
  for (let hop = 0; hop <= MOST_HOPS; hop += 1) {
    const { host } = url;
    if (seen.has(url.href)) throw failed(`${host} redirects in a circle.`);
    seen.add(url.href);
    const answer = await ask(url, { options, token, linked, method, signal, dispatcher });
    options.contact.made = true;
    const { statusCode: status, headers, body } = answer;
    if (options.hub && hop === 0) linked = known(readLinked(headers));
    if (status === 200 || status === 206 || status === 416)
      return { status, headers, body: openInbox(body), host, linked };
    await body.dump({ limit: 65_536 }).catch(() => {});
    const { location } = headers;
    if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') {
      throw answerTrouble(status, host, { hub: options.hub, afterMs: retryAfter(headers, Date.now()) });
    }
    const next = target(url, location);
    if (next.origin !== url.origin) token = null;
    url = next;
  }
  throw failed(`${new URL(first).host} redirects more than ${MOST_HOPS} times.`);
}

interface Ask {
  readonly options: FollowOptions;
  readonly token: string | null;
  readonly linked: Linked | null;
  readonly method: 'GET' | 'HEAD';
  readonly signal: AbortSignal;
  readonly dispatcher: Dispatcher;
}

async function ask(url: URL, { options, token, linked, ...rest }: Ask): Promise<Dispatcher.ResponseData> {
  const headers = {
    // A compressed answer could not be resumed, and GGUF does not shrink.
    'accept-encoding': 'identity',
    'user-agent': 'stackyard',
    ...options.headers(linked),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  try {
    return await request(url, { ...rest, headers });
  } catch (error) {
    options.signal.throwIfAborted();
    throw networkTrouble(error, url.host, options.contact.made);
  }
}

function target(from: URL, location: string): URL {
  let next: URL;
  try {
    next = new URL(location, from);
  } catch {
    throw failed(`${from.host} redirects to something that is no address.`);
  }
  if (next.protocol !== 'https:' && next.protocol !== 'http:')
    throw failed(`${from.host} redirects to ${next.protocol}, which is not followed.`);
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw failed(
      `${from.host} redirects from https to http, where everybody on the way could change the file.`,
      'Use another address for it.',
    );
  }
  if (next.username !== '' || next.password !== '')
    throw failed(`${from.host} redirects to an address that holds a password.`);
  return next;
}

const known = (linked: Linked): Linked | null => (linked.sha256 === null && linked.size === null ? null : linked);
