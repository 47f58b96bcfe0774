import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { withSecrets } from '../../shared/config/secrets-file.ts';
import { StackyardError } from '../../shared/errors.ts';

/**
 * Adds secrets to the `secrets.yaml` beside a config, which only this user may read (0600); a name that is there gets the new
 * value. Throws `config_write_failed`, without any value in its message.
 */
export async function addToSecretsFile(
  configPath: string,
  secrets: readonly { readonly name: string; readonly value: string }[],
): Promise<void> {
  const path = join(dirname(configPath), 'secrets.yaml');
  const failed = (why: string) => new StackyardError('config_write_failed', `${path} can’t be written: ${why}`);
  try {
    const target = await realpath(path).catch(() => path);
    const before = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const text = withSecrets(before, secrets);
    if (text === null) throw failed('it is not made of `name: value` lines.');
    await mkdir(dirname(target), { recursive: true });
    await writeFileAtomic(target, text, { encoding: 'utf8', mode: 0o600, fsync: true });
  } catch (error) {
    if (error instanceof StackyardError) throw error;
    throw failed((error as NodeJS.ErrnoException).code ?? 'the disk does not say why');
  }
}
