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
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType ?? '')) return null;
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? '');
  const boundary = found?.[1] ?? found?.[2] ?? '';
  return /^[0-9A-Za-z'()+_,\-./:=? ]*[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary) ? boundary : null;
}

/** Names and places of the parts that are no files; `null` when the body doesn't end with its closing boundary. */
function fieldsOf(bytes: Buffer, mark: Buffer): Field[] | null {
  const delimiter = Buffer.concat([Buffer.from('\r\n'), mark]);
  const fields: Field[] = [];
  if (bytes.subarray(0, mark.length).compare(mark) !== 0) return null;
  let at = mark.length;
  while (bytes.toString('latin1', at, at + 2) === '\r\n') {
    const headEnd = bytes.indexOf(BREAK, at);
    const end = bytes.indexOf(delimiter, at);
    if (end < 0 || headEnd < 0 || headEnd > end) return null;
    const head = bytes.toString('latin1', at, headEnd);
    const start = headEnd + BREAK.length;
    const name = /\r\ncontent-disposition:[^\r\n]*;\s*name="?([^";\r\n]+)"?/i.exec(head)?.[1];
    const isFile = /\r\ncontent-disposition:[^\r\n]*;\s*filename\*?=/i.test(head);
    if (name !== undefined && !isFile) fields.push({ name, start, end: Math.max(start, end) });
    at = end + delimiter.length;
  }
  return bytes.toString('latin1', at, at + 2) === '--' ? fields : null;
}
