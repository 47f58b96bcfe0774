#!/usr/bin/env node
/**
 * `node build/icons.mjs` draws all icons from the SVGs in assets; with `--check` it only says which are out of date (exit 1).
 *
 * Tray: `NAME-dark` and `NAME-light` name the panel they stand on (22 px and twice that); `NAMETemplate` is macOS's one-ink
 * image (16 px; the double size is a drawing of its own). App: 512 px, and the containers that Windows and macOS want.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { packIcns, packIco } from './lib/icon-files.mjs';

const assets = join(dirname(fileURLToPath(import.meta.url)), '..', 'assets');

/**
 * @param {string} svg relative to assets
 * @param {number} size px
 * @returns {Buffer} a PNG
 */
function draw(svg, size) {
  const text = readFileSync(join(assets, svg), 'utf8');
  return new Resvg(text, { fitTo: { mode: 'width', value: size } }).render().asPng();
}

/** Below 24 px the app's icon is a simpler drawing. @param {number} size */
const drawApp = (size) => draw(size < 24 ? 'icons/svg/app-16.svg' : 'icons/svg/app.svg', size);

/** @returns {Generator<[path: string, content: Buffer]>} relative to assets */
function* icons() {
  for (const file of readdirSync(join(assets, 'tray/svg')).sort()) {
    const name = file.replace('.svg', '');
    const svg = `tray/svg/${file}`;
    if (name.endsWith('@2x')) yield [`tray/${name}.png`, draw(svg, 32)];
    else if (name.endsWith('Template')) yield [`tray/${name}.png`, draw(svg, 16)];
    else {
      yield [`tray/${name}.png`, draw(svg, 22)];
      yield [`tray/${name}@2x.png`, draw(svg, 44)];
    }
  }
  yield ['icons/icon.png', drawApp(512)];
  yield ['icons/icon.ico', packIco([16, 24, 32, 48, 64, 256].map((size) => ({ size, png: drawApp(size) })))];
  yield [
    'icons/icon.icns',
    packIcns([16, 32, 64, 128, 256, 512, 1024].map((size) => ({ size, png: drawApp(size) }))),
  ];
}

/**
 * @param {string} path
 * @param {Buffer} content
 */
function isCurrent(path, content) {
  try {
    return readFileSync(path).equals(content);
  } catch {
    return false;
  }
}

const checking = process.argv.includes('--check');
const stale = [...icons()].filter(([path, content]) => !isCurrent(join(assets, path), content));
for (const [path, content] of stale) {
  console.log(`assets/${path} ${checking ? 'is out of date' : 'written'}`);
  if (checking) continue;
  mkdirSync(dirname(join(assets, path)), { recursive: true });
  writeFileSync(join(assets, path), content);
}
process.exitCode = checking && stale.length > 0 ? 1 : 0;
