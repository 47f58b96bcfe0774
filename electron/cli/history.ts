/** `stackyard history`, `diff` and `rollback`: the versions of the config file that were applied. */
import type { Command } from 'commander';
import type { AppliedVersion } from '../../shared/contract/ipc.ts';
import { StackyardError } from '../../shared/errors.ts';
import { unifiedDiff } from '../../shared/unified-diff.ts';
import type { HostClient } from '../host/control-client.ts';
import { action, call, nameArgument, type Registered, UsageError } from './command.ts';
import { reportPlan } from './config.ts';
import { planSummary } from './plan-text.ts';
import { plain, table } from './words.ts';

export function registerHistory(program: Command, registered: Registered): void {
  program
    .command('history')
    .description('List the versions of the config that were applied, newest first.')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run) => {
        const { running_revision, versions } = await call(await run.host(), 'config.history', {});
        if (run.json) run.document({ running_revision, versions });
        else if (versions.length === 0) run.say('No version was applied yet.');
        else run.io.out(historyText(versions, running_revision));
        return 0;
      }),
    );

  program
    .command('diff')
    .description('Show how two versions of the config differ; by default the file on disk from what runs.')
    .argument('[from]', 'a revision, `running` or `file`; default: running', nameArgument)
    .argument('[to]', 'a revision, `running` or `file`; default: file', nameArgument)
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, a: string | undefined, b: string | undefined) => {
        const host = await run.host();
        const [from, to] = [await versionText(host, a ?? 'running'), await versionText(host, b ?? 'file')];
        const diff = unifiedDiff(title(from), from.text, to.text, title(to));
        const revisions = { from: from.revision, to: to.revision };
        if (run.json) run.document({ ...revisions, same: diff === '', diff });
        else if (diff === '') run.say('The two are the same.');
        else if (!diff.includes('\n@@ ')) run.say('Only the line ends differ.');
        else run.io.out(safeLines(diff));
        return 0;
      }),
    );

  program
    .command('rollback')
    .description('Put an earlier version of the config back into the file, byte for byte, and apply it.')
    .argument('<revision>', 'a revision of `stackyard history`, or its beginning', nameArgument)
    .option('--if-revision <revision>', 'only if the config file is still this revision', nameArgument)
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, given: string, { ifRevision }: { ifRevision?: string }) => {
        const host = await run.host();
        const revision = await fullRevision(host, given);
        const { text } = await call(host, 'config.version', { revision });
        const input = { revision, if_revision: ifRevision ?? null };
        const { applied, findings, plan } = await call(host, 'config.rollback', input);
        const code = reportPlan(run, { text, file: revision }, { applied, findings, plan });
        if (!run.json) run.say(applied ? `The config is ${revision} again.` : 'Not applied.');
        return applied ? code : 1;
      }),
    );
}

/** One line a version: revision, local time, origin, what it changed; `*` marks the one that runs. */
export function historyText(versions: readonly AppliedVersion[], running: string | null): string {
  // one text may have been applied several times: only the last time is what runs
  const current = versions.findIndex((version) => version.revision === running);
  const rows = versions.map((version, i) => [
    i === current ? '*' : ' ',
    version.revision,
    new Date(version.at).toLocaleString('sv-SE'),
    version.origin,
    planSummary(version.plan),
  ]);
  return table([' ', 'REVISION', 'APPLIED', 'BY', 'WHAT CHANGED'], rows);
}

interface VersionText {
  readonly name: string;
  readonly revision: string;
  readonly text: string;
}

const title = ({ name, revision }: VersionText): string => (name === revision ? name : `${name} ${revision}`);

async function versionText(host: HostClient, name: string): Promise<VersionText> {
  const file = await call(host, 'config.read', {});
  if (name === 'file') {
    if (!file.exists) throw new StackyardError('config_missing', `There is no config file at ${file.path}.`);
    return { name: 'file', revision: file.revision, text: file.text };
  }
  if (name === 'running' && file.running_revision === null)
    throw new StackyardError('unknown_version', 'No config runs.', { hint: null });
  const wanted = name === 'running' ? file.running_revision : await fullRevision(host, name);
  // what runs is mostly what the file says: then the history need not be asked
  if (wanted === file.revision && file.exists) {
    const own = name === 'running' ? name : file.revision;
    return { name: own, revision: file.revision, text: file.text };
  }
  const { revision, text } = await call(host, 'config.version', { revision: wanted ?? '' });
  return { name: name === 'running' ? name : revision, revision, text };
}

/** A revision by its beginning, of at least 4 digits; throws when it is none, is not kept, or could be several. */
async function fullRevision(host: HostClient, given: string): Promise<string> {
  if (!/^[0-9a-f]{4,12}$/.test(given))
    throw new UsageError(`“${plain(given)}” is no revision: write 4 to 12 digits of 0-9 and a-f.`);
  const { versions } = await call(host, 'config.history', {});
  const found = [...new Set(versions.map(({ revision }) => revision))].filter((one) => one.startsWith(given));
  const [only, ...others] = found;
  if (only === undefined) throw new StackyardError('unknown_version', `No version ${given} of the config is kept.`);
  if (others.length > 0) throw new UsageError(`“${given}” could be any of ${found.join(', ')}: write more of it.`);
  return only;
}

/** Line by line without what moves a terminal's cursor; tabs and line ends stay. */
const safeLines = (text: string): string => text.replace(/(?![\n\t])\p{Cc}/gu, '·');
