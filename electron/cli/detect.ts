/** `stackyard detect`: what is on this machine that Stackyard could use. Needs no host, starts and changes nothing. */
import type { Command } from 'commander';
import type { Detected, Found, FoundModel, ModelFolder } from '../../shared/contract/detected.ts';
import { detect } from '../host/detect.ts';
import { action, type Registered } from './command.ts';
import { bytesWords, plain, table, UNKNOWN } from './words.ts';

export function registerDetect(program: Command, registered: Registered): void {
  program
    .command('detect')
    .description('Show engines that are installed or run on this machine, and the models on its disk.')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run) => {
        const { env, homedir: home, platform } = run.io;
        const detected = await detect({ env, home, platform, configPath: run.paths.config });
        const { found, model_folders, gateway, config_path } = detected;
        if (run.json) run.document({ found, model_folders, gateway, config_path });
        else run.io.out(detectedText(detected));
        return 0;
      }),
    );
}

/** For people: a table each for servers, programs and the models of each folder. */
export function detectedText({ found, model_folders, gateway, config_path }: Detected): string {
  const busy = gateway.busy
    ? ` (${gateway.busy.port} is taken${gateway.busy.holder === null ? '' : ` by ${plain(gateway.busy.holder)}`})`
    : '';
  const parts = [
    runningText(found.filter((row) => row.running !== null)),
    installedText(found.filter((row) => row.running === null)),
    model_folders.length === 0 ? 'No models on this disk, where they usually are.\n' : '',
    ...model_folders.map(folderText),
    table(['port', `${gateway.port === 0 ? 'any free one' : gateway.port}${busy}`], [['config', plain(config_path)]]),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function runningText(rows: readonly Found[]): string {
  if (rows.length === 0) return 'No engine runs where Stackyard looks.\n';
  return table(
    ['RUNNING', 'VERSION', 'ADDRESS', 'PROCESS', 'MODELS'],
    rows.flatMap((row) => [
      [
        plain(row.title),
        version(row),
        plain(row.running?.url ?? UNKNOWN),
        plain(row.running?.holder ?? UNKNOWN),
        some(row.running?.models ?? []),
      ],
      ...reason(row.blocked),
    ]),
  );
}

function installedText(rows: readonly Found[]): string {
  if (rows.length === 0) return 'No further engine is installed where Stackyard looks.\n';
  return table(
    ['INSTALLED', 'VERSION', 'PROGRAM'],
    rows.flatMap((row) => [[plain(row.title), version(row), plain(row.command ?? UNKNOWN)], ...reason(row.blocked)]),
  );
}

function folderText({ path, files, bytes, models, complete, models_dir }: ModelFolder): string {
  const head = `${plain(path)}: ${files} ${files === 1 ? 'file' : 'files'}, ${bytesWords(bytes)}`;
  const more = [
    models_dir ? 'can be `models_dir` of llama.cpp' : '',
    complete ? '' : 'there is more than was looked at',
  ];
  const body = table(
    ['  MODEL', 'FOR', 'QUANTIZATION', 'CONTEXT', 'PARAMETERS', 'SIZE'],
    models.flatMap((model) => [
      [
        `  ${plain(model.name)}`,
        purposeWords(model),
        model.quantization ?? UNKNOWN,
        model.context_length === null ? UNKNOWN : String(model.context_length),
        parametersWords(model.parameters),
        bytesWords(model.bytes),
      ],
      ...reason(model.problem, '    '),
    ]),
  );
  return `${[head, ...more.filter((one) => one !== '')].join('; ')}\n${body}`;
}

const PURPOSES: Readonly<Record<FoundModel['purpose'], string>> = {
  chat: 'chat',
  embedding: 'embeddings',
  reranker: 'reranking',
  projector: 'pictures of a chat model',
  adapter: 'adapting a model',
  other: 'no language',
};
const purposeWords = ({ purpose, format }: FoundModel): string =>
  format === 'safetensors' ? `${PURPOSES[purpose]} (safetensors)` : PURPOSES[purpose];

/** `7.6 B`, `334 M`. */
function parametersWords(count: number | null): string {
  if (count === null) return UNKNOWN;
  if (count >= 1e9) return `${(count / 1e9).toFixed(count < 1e11 ? 1 : 0)} B`;
  return count >= 1e6 ? `${Math.round(count / 1e6)} M` : String(count);
}

const version = (row: Found): string => plain(row.version ?? UNKNOWN);
const reason = (why: string | null, indent = '  '): string[][] => (why === null ? [] : [[`${indent}${plain(why)}`]]);

/** The first names and how many more. */
function some(names: readonly string[]): string {
  if (names.length === 0) return UNKNOWN;
  const rest = names.length - 3;
  return plain(names.slice(0, 3).join(', ')) + (rest > 0 ? ` and ${rest} more` : '');
}
