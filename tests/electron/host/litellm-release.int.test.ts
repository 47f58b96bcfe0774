/** Releases that carry malware: recognised by their metadata, and never run, not even to ask for the version. */
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { findPrograms } from '../../../electron/host/detect-programs.ts';
import { refusal, releasesOf } from '../../../electron/host/litellm-release.ts';
import { startTestHost } from '../../support/host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';

/** A folder as pip leaves one: a program that leaves a trace when it is run, and the package's metadata. */
function installed(version: string, { packages = 'lib/python3.11/site-packages' } = {}) {
  const prefix = tempFolder();
  const info = join(prefix, packages, `litellm-${version}.dist-info`);
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, 'METADATA'), `Metadata-Version: 2.4\nName: litellm\nVersion: ${version}\n`);
  const program = join(prefix, 'bin', 'litellm');
  mkdirSync(dirname(program), { recursive: true });
  const trace = join(prefix, 'was-run');
  writeFileSync(program, `#!/bin/sh\ntouch ${trace}\necho 'LiteLLM: Current Version = 1.0.0'\n`);
  chmodSync(program, 0o755);
  return { prefix, program, wasRun: () => existsSync(trace) };
}

describeNeeding(['posix'], 'a release of LiteLLM that is refused (fake metadata)', () => {
  it.each(['1.82.7', '1.82.8', '1.107.0'])('%s is not started, nor asked for its version', async (version) => {
    const { program, wasRun } = installed(version);
    const file = join(tempFolder(), 'litellm.yaml');
    writeFileSync(file, 'model_list: []\n');
    const { call, engine } = await startTestHost(`version: 1
gateway: { port: 0 }
engines:
  litellm: { kind: litellm, command: ${JSON.stringify(program)}, config: ${JSON.stringify(file)} }
`);
    const [outcome] = await call('engines.start', { names: ['litellm'], wait_ms: 30_000 });
    expect(outcome?.cause).toMatchObject({ code: 'release_refused' });
    expect(outcome?.cause?.message).toContain(version);
    expect(engine('litellm').phase).toBe('failed');
    const found = await findPrograms({
      env: { PATH: dirname(program) },
      home: tempFolder(),
      platform: process.platform,
    });
    expect(found.find((one) => one.kind === 'litellm')).toMatchObject({ version });
    expect(wasRun()).toBe(false);
  });

  it('is found behind a link, in Debian’s folders, and beside the interpreter of the script', async () => {
    const { program } = installed('1.82.8');
    const link = join(tempFolder(), 'litellm');
    symlinkSync(program, link);
    expect(await refusal(link)).toMatchObject({ code: 'release_refused' });
    const debian = installed('1.107.0', { packages: 'lib/python3/dist-packages' });
    expect(await refusal(debian.program)).toMatchObject({ code: 'release_refused' });
    const script = join(tempFolder(), 'litellm');
    writeFileSync(script, `#!${join(dirname(program), 'python3')}\n`);
    expect(await releasesOf(script)).toEqual(['1.82.8']);
    writeFileSync(script, `#!/bin/sh\n'''exec' "${join(dirname(program), 'python3')}" "$0" "$@"\n' '''\n`);
    expect(await releasesOf(script)).toEqual(['1.82.8']);
  });

  it('is not confused with others, and what can’t be told is not refused', async () => {
    expect(await refusal(installed('1.82.6').program)).toBeNull();
    expect(await refusal(installed('1.82.70').program)).toBeNull();
    const wrapper = join(tempFolder(), 'litellm');
    writeFileSync(wrapper, '#!/bin/sh\nexec docker run litellm\n');
    expect(await releasesOf(wrapper)).toEqual(expect.not.arrayContaining(['1.82.7']));
    expect(await releasesOf('/nowhere/litellm')).toEqual([]);
  });
});
