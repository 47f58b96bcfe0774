/**
 * Every known failure against samples of logs: `tests/fixtures/logs/ENGINE/*.txt`, each with its source and its cause on top. A
 * sample may also name the file of a recording, whose first line then is its head.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainExit } from '../../../electron/core/causes.ts';
import type { EngineProfile } from '../../../electron/engines/profile.ts';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import { ERRORS } from '../../../shared/errors.ts';
import { ENGINE_KINDS, type EngineKind } from '../../../shared/model.ts';

const folder = join(import.meta.dirname, '../../fixtures/logs');
const samples = ENGINE_KINDS.filter((kind) => PROFILES[kind].failures.length > 0).flatMap((kind) =>
  readdirSync(join(folder, kind)).map((file) => readSample(kind, file)),
);
const profiles = ENGINE_KINDS.map((kind) => PROFILES[kind]);

describe('a sample of a log', () => {
  it.each(samples)('$kind/$name is $cause', (sample) => {
    const { code, message, hint } = explained(PROFILES[sample.kind], sample);
    expect({ code, from: sample.from !== '' }).toEqual({ code: sample.cause, from: true });
    expect(`${message} ${hint}`).not.toMatch(/\$\d|undefined/);
    if (sample.cause !== 'exited') expect(hint).not.toBeNull();
  });

  it.each(samples)('$kind/$name is nothing else for another engine', (sample) => {
    const codes = profiles.map((profile) => explained(profile, sample).code);
    expect(new Set([...codes, sample.cause, 'exited'])).toEqual(new Set([sample.cause, 'exited']));
  });
});

describe('a known failure', () => {
  const rules = profiles.flatMap((profile) =>
    profile.failures.map((rule, index) => ({ kind: profile.kind, rule, index, pattern: rule.pattern.source })),
  );
  // A rule that several engines share needs a sample of one of them.
  const used = new Set(
    samples.map(({ kind, log }) => PROFILES[kind].failures.find((rule) => rule.pattern.test(log))),
  );

  it.each(rules)('of $kind has a sample that it explains: $pattern', ({ rule }) => expect(used.has(rule)).toBe(true));
  it.each(rules)('of $kind keeps nothing between two uses: $pattern', ({ rule }) => {
    expect(rule.pattern.flags).not.toMatch(/[gy]/);
    expect(ERRORS[rule.code].status).toBeNull();
  });
});

interface Sample {
  readonly kind: EngineKind;
  readonly name: string;
  readonly from: string;
  readonly cause: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly log: string;
}

function readSample(kind: EngineKind, file: string): Sample {
  const text = readFileSync(join(folder, kind, file), 'utf8');
  const head = /^# from: (.+)\n# cause: (\w+)\n# exit: (\w+)\n(?:# log: (\S+)\n)?/.exec(text);
  if (!head) throw new Error(`${kind}/${file} has no head`);
  const [whole, from = '', cause = '', exit = '', recording] = head;
  const signal = exit.startsWith('SIG') ? exit : null;
  const code = signal === null ? Number(exit) : null;
  const log =
    recording === undefined
      ? text.slice(whole.length)
      : readFileSync(join(folder, kind, recording), 'utf8').replace(/^# .*\n/, '');
  return { kind, name: file.replace(/\.txt$/, ''), from, cause, code, signal, log };
}

function explained(profile: EngineProfile, { log, code, signal }: Sample) {
  return explainExit({ failures: profile.failures, logTail: log, code, signal });
}
