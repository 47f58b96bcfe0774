import { describe, expect, it } from 'vitest';
import { type Exit, explainExit, type FailureRule } from '../../../electron/core/causes.ts';

const rules: FailureRule[] = [
  { code: 'model_file_missing', pattern: /no file (\S+) in (\S+)/, message: '$1 is not in $2.', hint: 'Look.' },
  { code: 'permission_denied', pattern: /no/, message: 'No.', hint: null },
];
const explain = (exit: Partial<Exit>) =>
  explainExit({ failures: rules, logTail: '', code: 1, signal: null, ...exit });

describe('explainExit', () => {
  it('takes the first rule that fits, and fills in what it caught', () => {
    expect(explain({ logTail: 'x\nno file a.gguf in /m\ny' })).toEqual({
      code: 'model_file_missing',
      message: 'a.gguf is not in /m.',
      hint: 'Look.',
    });
    expect(explain({ logTail: 'it says no' }).code).toBe('permission_denied');
  });
  it('fills in the hint too, with what was caught over several lines on one', () => {
    const failures: FailureRule[] = [
      { code: 'out_of_memory', pattern: /wants ([\s\S]+) of memory/, message: 'It wants $1.', hint: 'Give $1.' },
    ];
    expect(explain({ failures, logTail: 'wants 3\n   GiB of memory' })).toMatchObject({
      message: 'It wants 3 GiB.',
      hint: 'Give 3 GiB.',
    });
  });
  it('knows one signal that says what is wrong', () => {
    expect(explain({ code: null, signal: 'SIGILL' })).toMatchObject({
      code: 'cpu_unsupported',
      hint: expect.any(String),
    });
  });
  it('does not let what was caught be read as a place to fill in', () => {
    expect(explain({ logTail: 'no file $2$& in /m' }).message).toBe('$2$& is not in /m.');
  });
  it('reads only the last lines', () => {
    const old = `no file a in b\n${'working\n'.repeat(100)}`;
    expect(explain({ logTail: old }).code).toBe('exited');
  });
  it('sees past the traceback that came after the reason', () => {
    const frame =
      '(APIServer pid=7)   File "/venv/vllm/api_server.py", line 7, in main\n(APIServer pid=7)     run()\n';
    const logged = '(EngineCore pid=9) ERROR 02-08 10:11:12 [core.py:866]   File "core.py", line 7, in run\n';
    const told = `no file a in b\n${logged.repeat(60)}${frame.repeat(60)}RuntimeError: See root cause above`;
    expect(explain({ logTail: told }).code).toBe('model_file_missing');
  });
  it('believes the log after an abort, not after a kill', () => {
    const logTail = 'no file a in b';
    expect(explain({ logTail, code: null, signal: 'SIGABRT' }).code).toBe('model_file_missing');
    expect(explain({ logTail, code: null, signal: 'SIGKILL' }).code).toBe('exited');
  });
  it.each([
    [1, null, 'The process ended by itself with exit code 1.'],
    [0, null, 'The process ended by itself with exit code 0.'],
    [127, null, 'The process could not be found (exit code 127).'],
    [3221225477, null, 'The process crashed (access violation).'],
    [-1073741819, null, 'The process crashed (access violation).'],
    [null, 'SIGSEGV', 'The process crashed (SIGSEGV, invalid memory access).'],
    [null, 'SIGXCPU', 'The process was ended by SIGXCPU.'],
    [null, null, 'The process is gone, and the system does not say how it ended.'],
  ])('says code %s, signal %s in words', (code, signal, message) => {
    expect(explain({ failures: [], code, signal })).toMatchObject({ code: 'exited', message });
  });
  it('adds the last line that sounds like an error, without time, level and colours', () => {
    const logTail =
      '0.01 I fine\n\u001b[31m0.00.022.308 E srv  load: failed to frobnicate\u001b[0m\n0.02 I cleaning up\n';
    expect(explain({ failures: [], logTail }).message).toBe(
      'The process ended by itself with exit code 1. It last complained: srv  load: failed to frobnicate',
    );
  });
  it('keeps endless lines short', () => {
    expect(explain({ failures: [], logTail: `error ${'x'.repeat(5_000)}` }).message.length).toBeLessThan(400);
  });
});
