/** Which release a LiteLLM program is, read from its package's metadata: nothing of it is run, nor is its Python started. */
import { open, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { whyRefused } from '../../shared/config/litellm-releases.ts';
import { ERRORS } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';

/**
 * Versions of the package `litellm` that a program could run: those beside it, and beside the interpreter that its first line
 * names. More than one where several Pythons share a prefix; none when that can't be told (a wrapper, a container).
 *
 * @param program path of a `litellm` script or of a Python
 */
export async function releasesOf(program: string): Promise<readonly string[]> {
  const real = await realpath(program).catch(() => program);
  const interpreter = await interpreterOf(real);
  const prefixes = new Set<string>();
  for (const file of [program, real, interpreter]) {
    if (file === null) continue;
    prefixes.add(dirname(dirname(file)));
    // A venv's Python is a link to the system's, whose packages it doesn't use; a system's is often one to `python3.11`.
    if (file === interpreter) prefixes.add(dirname(dirname(await realpath(file).catch(() => file))));
  }
  const folders = (await Promise.all([...prefixes].map(packageFolders))).flat();
  const found = await Promise.all([...new Set(folders)].map(releasesIn));
  return [...new Set(found.flat())];
}

/** Why this program must not be started; `null` when nothing is known against any release that it could be. */
export async function refusal(program: string): Promise<Cause | null> {
  for (const version of await releasesOf(program)) {
    const why = whyRefused(version);
    if (why === null) continue;
    return {
      code: 'release_refused',
      message: `LiteLLM ${version} ${why}. ${program} was not started.`,
      hint: ERRORS.release_refused.hint,
    };
  }
  return null;
}

/** The interpreter that a script's first line names; `null` for anything else. */
async function interpreterOf(file: string): Promise<string | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    // pip writes the second form when the path is too long or has a space.
    const path = /^#!\s*("?)([^\n"]+?)\1\s*(?:-\w+)?\r?\n/.exec(text)?.[2] ?? null;
    const long = /^#!\/bin\/sh\n'''exec' "?([^"\n]+?)"? "\$0"/.exec(text)?.[1] ?? null;
    const found = long ?? path;
    return found !== null && isAbsolute(found) ? found : null;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

/** Where Pythons of a prefix keep packages: `lib/python3.X/site-packages`, Debian's `dist-packages`, Windows' `Lib`. */
async function packageFolders(prefix: string): Promise<string[]> {
  const out = [join(prefix, 'Lib', 'site-packages'), join(prefix, 'lib', 'python3', 'dist-packages')];
  for (const lib of [join(prefix, 'lib'), join(prefix, 'lib64'), join(prefix, 'local', 'lib')]) {
    const names = await readdir(lib).catch(() => []);
    for (const name of names) {
      if (!/^(?:python|pypy)3\.\d+$/.test(name)) continue;
      out.push(join(lib, name, 'site-packages'), join(lib, name, 'dist-packages'));
    }
  }
  return out;
}

async function releasesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const infos = names.filter((name) => /^litellm-[^-]+\.(?:dist|egg)-info$/i.test(name));
  const versions = await Promise.all(
    infos.map(async (name) => {
      const metadata = await readFile(join(folder, name, 'METADATA'), 'utf8').catch(() => '');
      // The folder's name is what the installer wrote, the metadata what the package says; either may be the truth.
      const named = /^litellm-([^-]+)\./i.exec(name)?.[1];
      const told = /^Version:\s*(\S+)/m.exec(metadata)?.[1];
      return [named, told].filter((one) => one !== undefined);
    }),
  );
  return versions.flat();
}
