import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipartBody } from '../../../electron/router/multipart.ts';
import type { RequestBody } from '../../../electron/router/request-body.ts';
import { model, target } from '../../fixtures/upstream/routing-table.ts';
import { agrees, cannotBeFooled, edits, forms } from './multipart-fuzz.ts';

const TYPE = 'multipart/form-data; boundary=xYz';
const part = (name: string, value: string, more = '') =>
  `--xYz\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const body = (...parts: string[]) => Buffer.from(`${parts.join('')}--xYz--\r\n`);
const FILE = part('file', 'RIFF\r\n\r\n--xY\u0000name="model"', '; filename="a.wav"\r\nContent-Type: audio/wav');

function read(bytes: Buffer, type: string | undefined = TYPE): RequestBody {
  const found = multipartBody(bytes, type);
  if ('problem' in found) throw new Error(found.problem);
  return found;
}
const sent = (from: RequestBody, name: string) =>
  Buffer.concat(from.forTarget(model('m', []), target('a', name))).toString();

describe('a multipart body', () => {
  it('tells model and stream, and changes nothing but the name', () => {
    const bytes = body(FILE, part('model', 'whisper'), part('stream', 'true'), part('language', 'de'));
    const found = read(bytes);
    expect([found.model, found.stream]).toEqual(['whisper', true]);
    expect(sent(found, 'large-v3')).toBe(bytes.toString().replace('whisper', 'large-v3'));
  });

  it('gets a model part when it has none', () => {
    const found = read(body(FILE));
    expect([found.model, found.stream]).toEqual([null, false]);
    expect(read(Buffer.from(sent(found, 'large-v3'))).model).toBe('large-v3');
  });

  it('takes names without quotes, boundaries with quotes, and never a file for a field', () => {
    const bytes = Buffer.from('--a b\r\ncontent-disposition: form-data; name=model\r\n\r\nm\r\n--a b--');
    expect(read(bytes, 'multipart/form-data; charset=utf-8; boundary="a b"').model).toBe('m');
    expect(read(body(part('model', 'evil', '; filename="x"'))).model).toBeNull();
  });

  it.each([
    ['no type', body(), undefined],
    ['JSON', Buffer.from('{}'), 'application/json'],
    ['no boundary', body(), 'multipart/form-data'],
    ['a boundary that could break out', body(), 'multipart/form-data; boundary="x\r\ny"'],
    ['another boundary', body(part('model', 'm')), 'multipart/form-data; boundary=other'],
    ['no end', Buffer.from(part('model', 'm')), TYPE],
    ['a part without a head', Buffer.from('--xYz\r\nm\r\n--xYz--'), TYPE],
    ['two models', body(part('model', 'a'), part('model', 'b')), TYPE],
    ['nothing', Buffer.alloc(0), TYPE],
    ['a name in escapes', body(part('mod\\el', 'm')), TYPE],
    ['a name in another encoding', body(part('x', 'm', "; name*=utf-8''model")), TYPE],
    ['two names', body(part('x', 'm', '; name="model"')), TYPE],
    ['a part without a name', Buffer.from('--xYz\r\ncontent-disposition: form-data\r\n\r\nm\r\n--xYz--'), TYPE],
    ['a folded head', body(part('x', 'm', ';\r\n name="model"')), TYPE],
    ['a head that runs into the next boundary', Buffer.from(`${part('model', '').slice(0, -2)}--xYz--`), TYPE],
    ['two boundaries', body(part('model', 'm')), `${TYPE}; boundary=other`],
    ['a boundary inside of another parameter', body(part('model', 'm')), 'multipart/form-data; x="; boundary=xYz"'],
  ])('with %s is refused', (_what, bytes, type) => {
    expect(multipartBody(bytes, type)).toHaveProperty('problem');
  });

  it('takes a name that only looks like another for what it is', () => {
    expect(read(body(part('a; name=model', 'evil'), part('model', 'good'))).model).toBe('good');
  });

  it('agrees with another reader on 2,000 forms, and can’t be fooled by 2,000 that were tampered with', () => {
    fc.assert(fc.property(forms, agrees), { numRuns: 2_000 });
    fc.assert(fc.property(edits, cannotBeFooled), { numRuns: 2_000 });
  });

  it('never throws, whatever comes', () => {
    const piece = fc.oneof(
      fc.constantFrom('--xYz', '\r\n', '--', '\r\n\r\n', 'content-disposition: form-data; name="model"', ';', '"'),
      fc.string(),
    );
    fc.assert(fc.property(fc.array(piece), (pieces) => void multipartBody(Buffer.from(pieces.join('')), TYPE)));
  });
});
