#!/usr/bin/env node
/**
 * `npm run gen`: writes what is derived from the source – the JSON Schema of the config, docs/config.md, docs/errors.md.
 * `--check` writes nothing and fails when a file is not what the source says.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { runnerImport } from 'vite';
import { isMain } from './lib/is-main.mjs';

const top = resolve(import.meta.dirname, '..');

/**
 * The files with the text that they must have.
 *
 * @returns {Promise<{ path: string, text: string }[]>}
 */
export async function generated() {
  const [schema, shape, inactive, errors, codes] = await Promise.all([
    /** @type {Promise<typeof import('../shared/config/schema.ts')>} */ (load('shared/config/schema.ts')),
    /** @type {Promise<typeof import('../shared/config/shape.ts')>} */ (load('shared/config/shape.ts')),
    /** @type {Promise<typeof import('../shared/config/inactive.ts')>} */ (load('shared/config/inactive.ts')),
    /** @type {Promise<typeof import('../shared/errors.ts')>} */ (load('shared/errors.ts')),
    /** @type {Promise<typeof import('../shared/config/finding-codes.ts')>} */ (
      load('shared/config/finding-codes.ts')
    ),
  ]);
  return [
    { path: 'assets/stackyard.schema.json', text: jsonSchema(schema.fileSchema) },
    { path: 'docs/config.md', text: configPage(shape.allKeys(), inactive.INACTIVE) },
    { path: 'docs/errors.md', text: errorsPage(errors.ERRORS, codes.FINDING_CODES) },
  ];
}

/**
 * A TypeScript module of ours, run as it is; no build needed.
 *
 * @param {string} path
 * @returns {Promise<any>}
 */
async function load(path) {
  const { module } = await runnerImport(join(top, path), { logLevel: 'silent', configFile: false, root: top });
  return module;
}

/** @param {typeof import('../shared/config/schema.ts').fileSchema} schema */
function jsonSchema(schema) {
  const json = toJsonSchema(/** @type {any} */ (schema), {
    typeMode: 'input',
    // rules that JSON Schema can't say; the app says them at the line
    ignoreActions: ['check', 'metadata', 'transform'],
    errorMode: 'throw',
  });
  const { $schema, ...rest } = json;
  return `${JSON.stringify({ $schema, title: 'Stackyard config', ...rest }, null, 2)}\n`;
}

/** @typedef {{ path: readonly string[], shape: import('../shared/config/shape.ts').Shape }} Row */

/**
 * @param {readonly Row[]} rows
 * @param {Readonly<Record<string, string>>} inactive
 */
function configPage(rows, inactive) {
  const sections = rows.filter((row) => row.path.length === 1);
  return `<!-- Made by \`npm run gen\` from shared/config/schema.ts; change it there. -->

# The config file

One YAML file, yours: \`stackyard.yaml\`. It is found by \`--config\`, else \`$STACKYARD_CONFIG\`, else
\`$XDG_CONFIG_HOME/stackyard/stackyard.yaml\` (macOS \`~/Library/Application Support/Stackyard/\`, Windows
\`%APPDATA%\\Stackyard\\\`). \`stackyard check\` says what is wrong with it, by line and column; an unknown key is an error. The
window edits it without losing comments or order. [A commented example](../assets/stackyard.example.yaml) has every option, and
[a JSON Schema](../assets/stackyard.schema.json) lets editors complete keys.

- Durations are written \`500ms\`, \`30s\`, \`10m\`, \`2h\`; sizes \`64KiB\`, \`64MiB\`, \`8GiB\`.
- \`null\` switches a thing off, or leaves it unset. A section with nothing below it has its defaults, except where its line
  says what \`null\` does.
- Names of engines are made of \`a–z\`, \`0–9\` and \`-\`.
- \`NAME\` and \`ID\` below stand for names of your choice, \`[]\` for each item of a list.

## Secrets and variables

In \`gateway.api_keys[].key\` and in the texts of an engine (\`url\`, \`host\`, \`api_key\`, \`command\`, \`args\`, \`env\`, \`cwd\`, \`model\`,
\`models_dir\`, \`preset\`, \`config\`, \`unit\`), \`\${env:NAME}\` stands for an environment variable and \`\${secret:name}\` for a secret;
\`$\${\` stands for a plain \`\${\`. Inside \`{ … }\` such a text needs double quotes. A secret is looked for in

1. the environment variable \`STACKYARD_SECRET_\` + its name in upper case, every character but A–Z and 0–9 replaced by \`_\`,
2. \`secrets.yaml\` beside the config, one \`name: value\` a line, refused unless it is yours and its mode is 0600,
3. the keychain of the operating system (in the app, in a later version).

What can’t be found is \`secret_unavailable\`, and only the engine or key that needs it is affected. Every value that was found is
masked in logs and everything shown.

${sections.map((section) => sectionText(section, rows, inactive)).join('\n')}`;
}

/**
 * @param {Row} section
 * @param {readonly Row[]} rows
 * @param {Readonly<Record<string, string>>} inactive
 */
function sectionText(section, rows, inactive) {
  const [name] = section.path;
  const below = rows.filter((row) => row.path[0] === name && row.path.length > 1);
  const table = (/** @type {readonly Row[]} */ list) => list.map((row) => tableRow(row, inactive)).join('\n');
  return `## \`${name}\`

${below.length > 0 ? `${section.shape.description}\n\n` : ''}| Key | Type | Default | Meaning |
|---|---|---|---|
${table(below.length > 0 ? below : [section])}
`;
}

/**
 * @param {Row} row
 * @param {Readonly<Record<string, string>>} inactive
 */
function tableRow({ path, shape }, inactive) {
  const later = inactive[path.join('.')];
  const meaning = later === undefined ? shape.description : `${shape.description} *${later}*`;
  const cells = [`\`${keyText(path)}\``, typeText(shape), defaultText(shape), meaning];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** @param {readonly string[]} path */
function keyText(path) {
  const name = path[0] === 'engines' ? 'NAME' : path[0] === 'models' ? 'ID' : 'NAME';
  return path
    .map((step) => (step === '*' ? name : step))
    .join('.')
    .replaceAll('.[]', '[]');
}

/** @param {import('../shared/config/shape.ts').Shape} shape */
function typeText(shape) {
  const words = shape.kind === 'scalar' ? shape.words : null;
  const type =
    shape.kind === 'list'
      ? 'list'
      : shape.kind === 'map'
        ? 'names with values'
        : shape.kind === 'object'
          ? 'section'
          : words
            ? words.map((word) => `\`${word}\``).join(', ')
            : shape.meta.type;
  return type;
}

/** @param {import('../shared/config/shape.ts').Shape} shape */
function defaultText(shape) {
  if (shape.kind === 'object') return '';
  if (shape.fallback === undefined) return 'needed';
  const text = JSON.stringify(shape.fallback);
  return `\`${typeof shape.fallback === 'string' ? shape.fallback : text}\``;
}

/**
 * @param {Readonly<Record<string, import('../shared/errors.ts').ErrorRow>>} errors
 * @param {Readonly<Record<string, string>>} codes
 */
function errorsPage(errors, codes) {
  const rows = Object.entries(errors).map(
    ([code, { title, hint, status }]) =>
      `| \`${code}\` | ${status ?? ''} | ${title} | ${(hint ?? '').replaceAll('|', '\\|')} |`,
  );
  const findings = Object.entries(codes).map(([code, title]) => `| \`${code}\` | ${title} |`);
  return `<!-- Made by \`npm run gen\` from shared/errors.ts and shared/config/finding-codes.ts; change it there. -->

# Errors

Programs rely on the code; message and hint are for people and say more in each case. Errors that the gateway answers with have
an HTTP status; their body is \`{"error": {"message", "type", "param": null, "code"}, "stackyard": {…}}\`.

| Code | HTTP | What happened | What to do |
|---|---|---|---|
${rows.join('\n')}

## Findings about a config file

What \`stackyard check\` and the config page say, each with line and column. Errors keep a file from being used; warnings don’t.

| Code | Meaning |
|---|---|
${findings.join('\n')}
`;
}

async function main() {
  const check = process.argv.includes('--check');
  let stale = 0;
  for (const { path, text } of await generated()) {
    const at = join(top, path);
    if (read(at) === text) continue;
    if (check) {
      stale++;
      console.error(`${path} is not what the source says: run \`npm run gen\` and commit it.`);
    } else {
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, text);
      console.log(`wrote ${path}`);
    }
  }
  process.exitCode = stale > 0 ? 1 : 0;
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

if (isMain(import.meta.url)) await main();
