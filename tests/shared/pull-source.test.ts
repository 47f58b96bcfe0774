import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILE_EXAMPLES, readModelName, readPullSource, readSha256 } from '../../shared/pull-source.ts';

const source = (text: string) => {
  const read = readPullSource(text);
  if (!read.ok) throw new Error(`${text}: ${read.message}`);
  return read.source;
};

describe('a source of a file', () => {
  it('is a file of a repository', () => {
    expect(source('hf:org/repo.x-GGUF/tiny.gguf')).toEqual({
      repository: { id: 'org/repo.x-GGUF', revision: 'main' },
      folder: null,
      files: [{ name: 'tiny.gguf', at: 'tiny.gguf' }],
      label: 'hf:org/repo.x-GGUF/tiny.gguf',
    });
    expect(source(' hf:org/repo/sub/Tiny Q4.GGUF@refs/pr/3 ')).toMatchObject({
      repository: { id: 'org/repo', revision: 'refs/pr/3' },
      files: [{ name: 'Tiny Q4.GGUF', at: 'sub/Tiny Q4.GGUF' }],
      label: 'hf:org/repo/sub/Tiny Q4.GGUF@refs/pr/3',
    });
    for (const example of FILE_EXAMPLES) expect(source(example).label).toBe(example);
  });

  it('is what the address bar of the hub shows', () => {
    for (const page of [
      'https://huggingface.co/org/repo/blob/main/sub/tiny.gguf',
      'https://huggingface.co/org/repo/resolve/main/sub/tiny.gguf?download=true',
    ])
      expect(source(page).label).toBe('hf:org/repo/sub/tiny.gguf');
    expect(source('https://hf.co/org/repo/blob/refs%2Fpr%2F3/a%20b.gguf').label).toBe(
      'hf:org/repo/a b.gguf@refs/pr/3',
    );
  });

  it('is an address; what may be secret of it stays out of the label', () => {
    expect(source('https://example.org:8443/a/b%20c.gguf?token=s#x')).toEqual({
      repository: null,
      folder: null,
      files: [{ name: 'b c.gguf', at: 'https://example.org:8443/a/b%20c.gguf?token=s' }],
      label: 'https://example.org:8443/a/b%20c.gguf',
    });
  });

  it('is all parts of a model that is split, with a folder of their own', () => {
    expect(source('hf:o/r/q/big-00002-of-00003.gguf')).toMatchObject({
      folder: 'big',
      files: [1, 2, 3].map((n) => ({ name: `big-0000${n}-of-00003.gguf`, at: `q/big-0000${n}-of-00003.gguf` })),
    });
    expect(source('http://h/x/big-00001-of-00002.gguf?k=1').files[1]).toEqual({
      name: 'big-00002-of-00002.gguf',
      at: 'http://h/x/big-00002-of-00002.gguf?k=1',
    });
    expect(source('hf:o/r/one-00001-of-00001.gguf').folder).toBeNull();
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'qwen2.5:7b',
      'hf:org/tiny.gguf',
      'hf:org/repo/readme.md',
      'hf:../../x.gguf',
      'hf:org/repo/../../../etc/x.gguf',
      'hf:org/repo/..\\x.gguf',
      'hf:org/repo/.gguf',
      'hf:org/repo/.hidden.gguf',
      'hf:org/repo/nul.gguf',
      'hf:org/repo/a:b.gguf',
      'hf:org/repo/tiny.gguf@../x',
      'hf:org/repo/big-00004-of-00003.gguf',
      'hf:org/repo/big-00001-of-99999.gguf',
      'ftp://example.org/tiny.gguf',
      'https://u:p@example.org/tiny.gguf',
      'https://example.org/',
      'https://example.org/%2e%2e',
      'https://example.org/a%2Fb.gguf',
      'https://example.org/%ff.gguf',
      'https://example.org/tiny.gguf.exe',
      'https:///tiny.gguf',
    ])
      expect({ text, ok: readPullSource(text).ok }).toEqual({ text, ok: false });
  });

  it('never names a file outside of its folder, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom('hf:', 'o/r/', '..', '/', '\\', '%2e', '%2F', '.gguf', '@', 'https://h/', '\0', ':'),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const read = readPullSource(`${pieces.join('')}.gguf`);
        if (!read.ok) return;
        for (const name of [...read.source.files.map((file) => file.name), read.source.folder ?? 'x']) {
          expect(name).not.toMatch(/[\\/\0:]|^\.|^$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a name of a model', () => {
  it('is as Ollama has it', () => {
    for (const name of ['llama3.1', 'qwen2.5:7b', 'user/model:tag', 'hf.co/org/repo-GGUF:Q4_K_M', 'host:5000/a/b:c'])
      expect({ name, ok: readModelName(name).ok }).toEqual({ name, ok: true });
    for (const name of ['', 'a b', '/a', 'a//b', '../x', 'a:b:c', 'hf:o/r/x.gguf', 'https://x/y'])
      expect({ name, ok: readModelName(name).ok }).toEqual({ name, ok: false });
  });
});

describe('a sha256', () => {
  it('may be copied as it is shown', () => {
    const sum = 'aB'.repeat(32);
    expect(readSha256(` sha256:${sum} `)).toBe('ab'.repeat(32));
    expect(readSha256('ab'.repeat(31))).toBeNull();
    expect(readSha256(`${'ab'.repeat(31)}xy`)).toBeNull();
  });
});
