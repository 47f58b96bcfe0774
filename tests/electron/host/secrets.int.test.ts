import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../electron/core/redactor.ts';
import { openSecrets, type SecretSources } from '../../../electron/host/secrets.ts';
import { parseConfig } from '../../../shared/config/parse.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stackyard-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'secrets.yaml');
const write = (text: string, mode = 0o600) => {
  writeFileSync(file(), text);
  chmodSync(file(), mode);
};
const openAll = (more: Partial<SecretSources> = {}, redactor = createRedactor()) =>
  openSecrets({ env: {}, configPath: join(folder, 'stackyard.yaml'), keychain: null, ...more }, redactor);

const config = (text: string) => {
  const parsed = parseConfig(text);
  if (!parsed.config) throw new Error(parsed.findings.map((f) => f.message).join(' '));
  return parsed.config;
};

describe('a secret', () => {
  it('comes from the environment first, then from secrets.yaml, then from the keychain', async () => {
    write('a: from-file\nb: from-file\n');
    const secrets = await openAll({
      env: { STACKYARD_SECRET_A: 'from-env' },
      keychain: async (name) => (name === 'd' ? null : 'from-keychain'),
    });
    expect(await secrets.secret('a')).toBe('from-env');
    expect(await secrets.secret('b')).toBe('from-file');
    expect(await secrets.secret('c')).toBe('from-keychain');
    await expect(secrets.secret('d')).rejects.toMatchObject({ code: 'secret_unavailable' });
    expect([secrets.has('a'), secrets.has('b'), secrets.has('c')]).toEqual([true, true, false]);
  });

  it('that is nowhere names the three places', async () => {
    const secrets = await openAll();
    await expect(secrets.resolve('x ${secret:my-key}')).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringMatching(/STACKYARD_SECRET_MY_KEY.*secrets\.yaml.*keychain/),
      hint: expect.stringContaining('0600'),
    });
  });

  it.runIf(process.platform !== 'win32').each([0o644, 0o660, 0o604, 0o700])(
    'is not taken from a file of mode %o',
    async (mode) => {
      write('a: value\n', mode);
      const secrets = await openAll();
      await expect(secrets.secret('a')).rejects.toMatchObject({
        message: expect.stringMatching(/mode is 0\d+, but must be 0600/),
      });
      expect(secrets.has('a')).toBe(false);
    },
  );

  it.runIf(process.getuid?.() === 0)('is not taken from a file of another user', async () => {
    write('a: value\n');
    execFileSync('chown', ['65534', file()]);
    await expect((await openAll()).secret('a')).rejects.toMatchObject({
      message: expect.stringContaining('another user'),
    });
  });

  it('is not taken from a broken file, which is not quoted', async () => {
    write('a: "hunter22\n');
    await expect((await openAll()).secret('a')).rejects.toMatchObject({
      message: expect.not.stringContaining('hunter22'),
    });
    rmSync(file());
    mkdirSync(file());
    await expect((await openAll()).secret('a')).rejects.toMatchObject({
      message: expect.stringContaining('not a file'),
    });
  });

  it.runIf(process.platform !== 'win32')('is not waited for at a pipe', async () => {
    execFileSync('mkfifo', ['-m', '600', file()]);
    await expect((await openAll()).secret('a')).rejects.toMatchObject({
      message: expect.stringContaining('not a file'),
    });
  });

  it('of a broken keychain is only not there', async () => {
    const secrets = await openAll({ keychain: () => Promise.reject(new Error('locked')) });
    await expect(secrets.secret('a')).rejects.toMatchObject({ code: 'secret_unavailable' });
  });
});

describe('what is resolved', () => {
  it('is kept out of what is shown', async () => {
    write('a: hunter22\n');
    const redactor = createRedactor();
    const secrets = await openAll({ env: { TOKEN: 'abcdefgh' } }, redactor);
    expect(await secrets.resolve('--key=${secret:a} ${env:TOKEN} $${env:TOKEN}')).toBe(
      '--key=hunter22 abcdefgh ${env:TOKEN}',
    );
    expect(redactor.redact('hunter22 abcdefgh')).toBe('•••••• ••••••');
  });

  it('may be missing for one engine or key without touching the others', async () => {
    write('good: hunter22\n');
    const text = `gateway:
  api_keys:
    - { name: known, key: "\${secret:good}" }
    - { name: lost, key: "\${secret:nowhere}" }
engines:
  ok: { kind: openai, url: "http://x/v1", api_key: "\${secret:good}" }
  far: { kind: openai, url: "http://y/v1", api_key: "\${secret:nowhere}" }
  own: { kind: vllm, model: m, args: ["--a=\${env:A}"], env: { HF_TOKEN: "\${secret:good}" } }
`;
    const secrets = await openAll({ env: { A: 'argument' } });
    const resolved = await secrets.resolveConfig(config(text));
    expect([...resolved.engines]).toEqual([['far', expect.objectContaining({ code: 'secret_unavailable' })]]);
    expect([...resolved.keys.keys()]).toEqual(['lost']);
    expect(resolved.config.engines.ok?.api_key).toBe('hunter22');
    expect(resolved.config.engines.own).toMatchObject({ args: ['--a=argument'], env: { HF_TOKEN: 'hunter22' } });
    const [known, lost] = resolved.config.gateway.api_keys;
    expect(known?.key).toBe('hunter22');
    // the gateway must not open because a key got lost, and nobody may guess what stands in its place
    expect(lost?.key).toMatch(/^[0-9a-f]{64}$/);
  });

  it('leaves a variable that is not set as the reason', async () => {
    await expect((await openAll()).resolve('${env:NOT_SET_AT_ALL}')).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('NOT_SET_AT_ALL'),
    });
  });

  it('masks keys that stand in the file in plain text as well', async () => {
    const redactor = createRedactor();
    const secrets = await openAll({}, redactor);
    await secrets.resolveConfig(config('engines: { a: { kind: openai, url: "http://x/v1", api_key: plain-key } }\n'));
    expect(redactor.redact('Bearer plain-key')).toBe('Bearer ••••••');
  });
});
