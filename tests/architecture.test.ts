/**
 * The house's import rules: an allow-list, default deny. A room may import itself, the rooms listed for it, and the packages
 * listed for it; nothing else. Type-only imports count. No cycles between files.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const top = resolve(import.meta.dirname, '..');

interface Room {
  /** Path prefix; the longest match wins. */
  at: string;
  rooms: string[];
  /** Packages by name or prefix ending in `/`; `node:` stands for node's own modules. */
  packages: string[];
}

const ROOMS: Room[] = [
  { at: 'shared/', rooms: [], packages: ['valibot', 'yaml', 'recheck/lib/browser.js'] },
  { at: 'electron/core/', rooms: ['shared/'], packages: [] },
  { at: 'electron/engines/', rooms: ['shared/'], packages: [] },
  { at: 'electron/router/', rooms: ['shared/'], packages: ['node:', 'undici', 'prom-client', 'ws'] },
  { at: 'electron/router.ts', rooms: ['shared/', 'electron/router/'], packages: ['node:'] },
  {
    at: 'electron/host/',
    rooms: ['shared/', 'electron/core/', 'electron/engines/'],
    packages: ['node:', 'execa', 'undici', 'write-file-atomic', 'valibot', '@huggingface/gguf'],
  },
  { at: 'electron/cli/', rooms: ['shared/', 'electron/host/'], packages: ['node:', 'commander'] },
  { at: 'electron/cli.ts', rooms: ['shared/', 'electron/host/', 'electron/cli/'], packages: ['node:'] },
  { at: 'electron/shell/', rooms: ['shared/', 'electron/host/'], packages: ['node:', 'electron', 'valibot'] },
  {
    at: 'electron/main.ts',
    rooms: ['shared/', 'electron/host/', 'electron/shell/', 'electron/cli/'],
    packages: ['node:', 'electron'],
  },
  { at: 'electron/preload.ts', rooms: ['shared/contract/'], packages: ['electron'] },
  {
    at: 'renderer/',
    rooms: ['shared/'],
    packages: [
      'react',
      'react/',
      'react-dom/',
      'zustand',
      'zustand/',
      '@base-ui/react/',
      'lucide-react',
      'uplot',
      'uplot/',
      '@codemirror/',
      '@lezer/highlight',
      '@fontsource-variable/',
      'fuzzysort',
      'highlight.js/',
      'idb-keyval',
      'lowlight',
    ],
  },
];

function sources(folder: string): string[] {
  return readdirSync(join(top, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(top, path)).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [path] : [];
  });
}

const files = ['shared', 'electron', 'renderer'].flatMap(sources);

/** Specifiers of static, type-only, re-export and dynamic imports. */
function imports(file: string): string[] {
  const text = readFileSync(join(top, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]/g)].map((m) => m[1]);
  found.push(...[...text.matchAll(/(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g)].map((m) => m[1]));
  found.push(...[...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map((m) => m[1]));
  return found.filter((s): s is string => s !== undefined);
}

const target = (file: string, specifier: string) =>
  relative(top, resolve(top, dirname(file), specifier.replace(/\?.*$/, '')));

const roomOf = (file: string) =>
  ROOMS.filter((room) => file === room.at || file.startsWith(room.at)).sort((a, b) => b.at.length - a.at.length)[0];

function complaint(file: string, specifier: string): string | null {
  const room = roomOf(file);
  if (!room) return `${file}: stands in no room`;
  if (specifier.startsWith('.')) {
    const to = target(file, specifier);
    if (to.startsWith('assets/')) return null;
    const feature = /^renderer\/features\/([^/]+)\//;
    const mine = feature.exec(file)?.[1];
    const theirs = feature.exec(to)?.[1];
    if (mine && theirs && mine !== theirs) return `${file}: feature ${mine} imports feature ${theirs}`;
    if (to.startsWith(room.at) || room.rooms.some((r) => to.startsWith(r))) return null;
    return `${file}: may not import ${to}`;
  }
  const listed = room.packages.some((p) =>
    p === 'node:' ? specifier.startsWith('node:') : p.endsWith('/') ? specifier.startsWith(p) : specifier === p,
  );
  return listed ? null : `${file}: may not import the package ${specifier}`;
}

describe('the house', () => {
  it('has only imports that the allow-list names', () => {
    const complaints = files
      .flatMap((file) => imports(file).map((s) => complaint(file, s)))
      .filter((c) => c !== null);
    expect(complaints).toEqual([]);
  });

  it('notices a planted breach', () => {
    expect(complaint('shared/model.ts', 'node:fs')).toContain('may not import the package');
    expect(complaint('electron/core/engine-machine.ts', '../host/child.ts')).toContain('may not import');
    expect(complaint('renderer/features/models/page.tsx', '../config/page.tsx')).toContain('imports feature');
    expect(complaint('electron/host/commands.ts', 'electron')).toContain('may not import the package');
  });

  it('signals processes in few places, and strangers’ in one', () => {
    const signalling = files.filter((file) =>
      [...readFileSync(join(top, file), 'utf8').matchAll(/process\.kill\((.*)\)/g)].some(
        // 0 is no signal but a question.
        (call) => !/, 0$/.test(call[1] ?? ''),
      ),
    );
    expect(signalling.sort()).toEqual([
      'electron/host/child.ts', // our engines, recognised before
      'electron/host/gpu/tool.ts', // its own child
      'electron/host/program-version.ts', // its own child
      'electron/host/takeover.ts', // strangers, on a person's word
      'electron/shell/router-process.ts', // our router
    ]);
  });

  it('has no import cycle', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        imports(file)
          .filter((s) => s.startsWith('.'))
          .map((s) => target(file, s))
          .filter((to) => files.includes(to)),
      ]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (file: string, trail: string[]): void => {
      if (trail.includes(file)) {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) walk(next, [...trail, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(cycles).toEqual([]);
  });
});
