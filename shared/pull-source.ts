/**
 * What a person may write as the model of `stackyard pull` for an engine that serves files: a file on Hugging Face or an address.
 * Read here once, for the host that downloads and for the page that says early what is wrong.
 */

/** One file to get, and the name it gets in the folder of models. */
export interface PullFile {
  readonly name: string;
  /** Path in the repository, or the address. */
  readonly at: string;
}

export interface PullSource {
  /** On Hugging Face: `OWNER/REPO` and the branch, tag or commit. `null` for an address. */
  readonly repository: { readonly id: string; readonly revision: string } | null;
  /** Folder of its own below the folder of models, for a model in several parts: the router then takes them as one. */
  readonly folder: string | null;
  readonly files: readonly [PullFile, ...PullFile[]];
  /** What was asked for without what may be secret (an address's query): for titles, logs and notes. */
  readonly label: string;
}

export type ReadSource =
  | { readonly ok: true; readonly source: PullSource }
  | { readonly ok: false; readonly message: string; readonly hint: string };

export const FILE_EXAMPLES = [
  'hf:ggml-org/gemma-3-4b-it-GGUF/gemma-3-4b-it-Q4_K_M.gguf',
  'https://example.org/models/tiny.gguf',
] as const;

const HINT = `Write hf:OWNER/REPO/FILE.gguf (with @REVISION after it if you like), or an https:// address of a .gguf file.`;
/** A model in more parts than this is a slip of the pen. */
const MOST_PARTS = 500;

/** Reads `hf:OWNER/REPO/FILE.gguf[@REVISION]` or an http(s) address; a page of a file on huggingface.co counts as the former. */
export function readPullSource(text: string): ReadSource {
  const written = text.trim();
  const page = HUGGING_FACE_PAGE.exec(written);
  if (page !== null) {
    const [, id = '', revision = '', path = ''] = page;
    return repositoryFile(id, decode(path) ?? '', decode(revision) ?? '');
  }
  if (/^hf:/i.test(written)) {
    const [, id = '', path = '', revision = 'main'] = HUGGING_FACE.exec(written) ?? [];
    if (id === '') return no('That names no GGUF file on Hugging Face.');
    return repositoryFile(id, path, revision);
  }
  if (/^https?:\/\//i.test(written)) return address(written);
  return no('That is neither a file on Hugging Face nor an address.');
}

/** Reads the name of a model as Ollama's own registry or another one has it. */
export function readModelName(
  text: string,
): { readonly ok: true } | { readonly ok: false; readonly message: string; readonly hint: string } {
  if (/^(?:hf:|https?:)/i.test(text.trim())) {
    const hint = 'Write hf.co/OWNER/REPO:QUANTISATION, e.g. hf.co/ggml-org/gemma-3-4b-it-GGUF:Q4_K_M.';
    return { ok: false, message: 'Ollama takes names, also of Hugging Face repositories, but no files.', hint };
  }
  if (MODEL_NAME.test(text) && text.length <= 256) return { ok: true };
  return {
    ok: false,
    message: 'That is not the name of a model.',
    hint: 'Write it as Ollama’s library has it: qwen2.5:7b.',
  };
}

/** 64 hex digits, in either case and with `sha256:` before them if that is how they were copied; `null` for anything else. */
export function readSha256(text: string): string | null {
  return /^(?:sha256:)?([0-9a-f]{64})$/i.exec(text.trim())?.[1]?.toLowerCase() ?? null;
}

/** `OWNER/REPO`, then the path of the file to its ending, then perhaps a revision. */
const HUGGING_FACE = /^hf:([\w.-]+\/[\w.-]+)\/(.+?\.gguf)(?:@(.+))?$/i;
/** What the address bar and the download button of huggingface.co give. */
const HUGGING_FACE_PAGE =
  /^https:\/\/(?:huggingface\.co|hf\.co)\/([\w.-]+\/[\w.-]+)\/(?:blob|resolve)\/([^/?#]+)\/([^?#]+)(?:[?#].*)?$/i;
/** `name`, `name:tag`, `space/name:tag`, `host:port/space/name:tag`. */
const MODEL_NAME = /^[A-Za-z0-9][\w.-]*(?::\d+(?=\/))?(?:\/[A-Za-z0-9][\w.-]*)*(?::[\w][\w.-]*)?$/;
const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;

function repositoryFile(id: string, path: string, revision: string): ReadSource {
  if (id.split('/').some((part) => /^\.+$/.test(part))) return no('That names no repository.');
  if (!/^[\w./-]+$/.test(revision) || revision.includes('..')) return no('That is no revision of a repository.');
  const segments = path.split('/');
  const wrong = segments.find((segment) => !isPlainName(segment));
  if (wrong !== undefined) return no(`The path of the file has a part that can’t be: “${wrong}”.`);
  const name = segments.at(-1) ?? '';
  if (!/.\.gguf$/i.test(name)) return no(`“${name}” is not the name of a GGUF file.`);
  const folder = segments.slice(0, -1);
  const label = `hf:${id}/${path}${revision === 'main' ? '' : `@${revision}`}`;
  return inParts(name, label, { id, revision }, (one) => [...folder, one].join('/'));
}

function address(written: string): ReadSource {
  const found = /^(https?:\/\/)([^/?#\s]+)(\/[^?#\s]*)?(\?[^#\s]*)?(?:#\S*)?$/i.exec(written);
  if (found === null) return no('That is not an address.');
  const [, scheme = '', host = '', path = '', query = ''] = found;
  if (host.includes('@')) {
    return { ok: false, message: 'The address holds a name or a password.', hint: 'Use an address without them.' };
  }
  const coded = path.split('/').at(-1) ?? '';
  const name = decode(coded);
  if (name === null || !isPlainName(name)) return no('The address ends in no name of a file.');
  if (!/.\.gguf$/i.test(name)) return no(`The address ends in “${name}”, not in the name of a GGUF file.`);
  const before = `${scheme}${host}${path.slice(0, path.length - coded.length)}`;
  return inParts(
    name,
    `${before}${coded}`,
    null,
    (one) => `${before}${one === name ? coded : encodeURI(one)}${query}`,
  );
}

/** All parts of a model in several; whichever of them was named. */
function inParts(
  name: string,
  label: string,
  repository: PullSource['repository'],
  at: (name: string) => string,
): ReadSource {
  const [, stem = '', part = '', of = ''] = SPLIT.exec(name) ?? [];
  const total = Number(of);
  if (stem === '' || total < 2)
    return { ok: true, source: { repository, folder: null, files: [{ name, at: at(name) }], label } };
  if (total > MOST_PARTS || Number(part) < 1 || Number(part) > total) return no(`“${name}” is no part of a model.`);
  const nth = (n: number): PullFile => {
    const one = `${stem}-${String(n).padStart(5, '0')}-of-${of}${name.slice(-5)}`;
    return { name: one, at: at(one) };
  };
  const rest = Array.from({ length: total - 1 }, (_, n) => nth(n + 2));
  return { ok: true, source: { repository, folder: stem, files: [nth(1), ...rest], label } };
}

/** Names that are a file's on every system: no way out of the folder, no device of Windows, nothing unprintable. */
function isPlainName(name: string): boolean {
  if (name === '' || name.length > 200 || /^\.|[. ]$/.test(name)) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f<>:"/\\|?*]/.test(name)) return false;
  return !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name);
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const no = (message: string): ReadSource => ({ ok: false, message, hint: HINT });
