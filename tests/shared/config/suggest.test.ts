/** Suggestions in half-written configs: `|` is the cursor. */
import { describe, expect, it } from 'vitest';
import { aboutKey, placeOfLine, suggestAt } from '../../../shared/config/suggest.ts';

function at(text: string) {
  const offset = text.indexOf('|');
  const before = text.slice(0, offset).split('\n');
  return { lines: text.replace('|', '').split('\n'), line: before.length - 1, column: before.at(-1)?.length ?? 0 };
}

function words(text: string): readonly string[] | null {
  const { lines, line, column } = at(text);
  return suggestAt(lines, line, column)?.options.map(({ word }) => word) ?? null;
}

const ENGINES = `version: 1
engines:
  llama:
    kind: llama.cpp
    # the port
    port: 8080
  far: { kind: openai, url: "http://x/v1" }
`;

describe('where a line stands', () => {
  it.each([
    ['version: 1\n|', []],
    ['gateway:\n  |', ['gateway']],
    ['engines:\n  llama:\n    |', ['engines', 'llama']],
    ['engines:\n  llama:\n    health:\n      every: 1s\n    |', ['engines', 'llama']],
    ['models:\n  m:\n    targets:\n      - |', ['models', 'm', 'targets', 0]],
    ['models:\n  m:\n    targets:\n      - engine: a\n        |', ['models', 'm', 'targets', 0]],
    ['models:\n  m:\n    targets:\n      - engine: a\n      - |', ['models', 'm', 'targets', 0]],
    ['models:\n  m:\n    targets:\n    - engine: a\n      |', ['models', 'm', 'targets', 0]],
  ] as const)('%j is in %j', (text, group) => {
    const { lines, line } = at(text);
    expect(placeOfLine(lines, line)?.group).toEqual(group);
  });
});

describe('suggestions', () => {
  it('are the keys of the group that it does not have yet', () => {
    const keys = words(`${ENGINES.replace('port: 8080', 'port: 8080\n    |')}`);
    expect(keys).toContain('start');
    expect(keys).not.toContain('port');
    expect(keys).not.toContain('kind');
    expect(words('|\nversion: 1')).toContain('engines');
    expect(words('|\nversion: 1')).not.toContain('version');
  });

  it('are the words that a key may have, and where they replace from', () => {
    expect(words('engines:\n  llama:\n    kind: |')).toContain('llama.cpp');
    expect(words('gateway:\n  capture: e|')).toEqual(['off', 'errors', 'all']);
    const { lines, line, column } = at('gateway:\n  capture: err|');
    expect(suggestAt(lines, line, column)?.from).toBe('  capture: '.length);
  });

  it('are the engines of the file where one is named', () => {
    expect(words(`${ENGINES}models:\n  m:\n    targets:\n      - engine: |`)).toEqual(['llama', 'far']);
    expect(words(`${ENGINES}models:\n  m:\n    targets:\n      - engine: llama\n        |`)).toContain('model');
    expect(words(`${ENGINES}models:\n  m:\n    targets:\n      - engine: llama\n        |`)).not.toContain('engine');
    expect(words(`${ENGINES}models:\n  m:\n    targets:\n      - engine: llama\n      - |`)).toContain('engine');
  });

  it('go on below a key that has keys of its own', () => {
    const { lines, line, column } = at('engines:\n  llama:\n    |');
    const health = suggestAt(lines, line, column)?.options.find(({ word }) => word === 'health');
    expect(health?.insert).toBe('health:\n      ');
  });

  it('leave the colon and the value that stand behind a key', () => {
    const { lines, line, column } = at('engines:\n  llama:\n    st|: with-app');
    const start = suggestAt(lines, line, column)?.options.find(({ word }) => word === 'start');
    expect(start?.insert).toBe('start');
  });

  it.each(['# |', 'engines:\n  |', 'gateway: { |', 'version: 1\nengines:\n  x:\n    args: [|'])(
    'are none in %j',
    (text) => {
      expect(words(text)).toBe(null);
    },
  );
});

it('tells what a key is for', () => {
  const { lines, line, column } = at('gateway:\n  cap|ture: off');
  expect(aboutKey(lines, line, column)).toEqual({
    from: 2,
    to: 9,
    key: 'capture',
    about: 'Which requests keep their bodies for inspection.',
    detail: expect.stringContaining('off if nothing is written'),
  });
  expect(aboutKey(['nothing: 1'], 0, 2)).toBe(null);
});
