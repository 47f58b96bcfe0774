import { parameterized } from './header-params.ts';
import type { RequestBody } from './request-body.ts';
import type { ScanProblem } from './scan.ts';

const BREAK = Buffer.from('\r\n\r\n');

interface Field {
  readonly name: string;
  /** Byte range of its value. */
  readonly start: number;
  readonly end: number;
}

/**
 * A `multipart/form-data` body (RFC 7578), looked through for its `model` and `stream`: the parts are walked over by their
 * boundary, and everything but the model's name passes untouched. `params` don't apply to it.
 */
export function multipartBody(bytes: Buffer, contentType: string | undefined): RequestBody | ScanProblem {
  const boundary = boundaryOf(contentType);
  if (boundary === null) return { problem: 'The body must be multipart/form-data with a boundary.' };
  const fields = fieldsOf(bytes, Buffer.from(`--${boundary}`, 'latin1'));
  if (fields === null) return { problem: 'The parts of the body do not fit its boundary.' };
  const [model, second] = fields.filter((field) => field.name === 'model');
  if (second) return { problem: '`model` is given twice.' };
  const textOf = (field: Field) => bytes.toString('utf8', field.start, field.end);
  const stream = fields.find((field) => field.name === 'stream');
  return {
    bytes,
    model: model ? textOf(model) : null,
    talk: null,
    stream: stream !== undefined && textOf(stream) === 'true',
    forTarget: (_entry, target) => {
      if (model) return [bytes.subarray(0, model.start), Buffer.from(target.model), bytes.subarray(model.end)];
      const part = `--${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\n${target.model}\r\n`;
      return [Buffer.from(part, 'latin1'), bytes];
    },
  };
}

/** Its characters are those of RFC 2046, so that it can't break out of where it is put. */
function boundaryOf(contentType: string | undefined): string | null {
  const found = parameterized(contentType ?? '');
  if (found?.value !== 'multipart/form-data') return null;
  const boundary = found.params.get('boundary') ?? '';
  return /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary) ? boundary : null;
}

/** Names and places of the parts that are no files; `null` when anything of the body is not as RFC 7578 says. */
function fieldsOf(bytes: Buffer, mark: Buffer): Field[] | null {
  const delimiter = Buffer.concat([Buffer.from('\r\n'), mark]);
  const fields: Field[] = [];
  if (bytes.subarray(0, mark.length).compare(mark) !== 0) return null;
  let at = mark.length;
  while (bytes.toString('latin1', at, at + 2) === '\r\n') {
    const headEnd = bytes.indexOf(BREAK, at);
    const start = headEnd + BREAK.length;
    // A value may be empty: then its end stands right behind the head.
    const end = headEnd < 0 ? -1 : bytes.indexOf(delimiter, at);
    if (end < start) return null;
    const part = partName(bytes.toString('utf8', at + 2, headEnd));
    if (part === null) return null;
    if (!part.isFile) fields.push({ name: part.name, start, end });
    at = end + delimiter.length;
  }
  return bytes.toString('latin1', at, at + 2) === '--' ? fields : null;
}

/**
 * What a part's head says; `null` when two readers could read it differently: more than one name, a name with escapes or in
 * another encoding, a folded line.
 */
function partName(head: string): { readonly name: string; readonly isFile: boolean } | null {
  let found: { name: string; isFile: boolean } | null = null;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(line.slice(0, Math.max(0, colon))) || /[\r\n\0]/.test(line))
      return null;
    if (line.slice(0, colon).toLowerCase() !== 'content-disposition') continue;
    const said = parameterized(line.slice(colon + 1));
    const name = said?.params.get('name');
    if (found || said?.value !== 'form-data' || name === undefined) return null;
    if (said.params.has('name*') || said.escaped.has('name')) return null;
    found = { name, isFile: said.params.has('filename') || said.params.has('filename*') };
  }
  return found;
}
