/** `stackyard fit`: whether there is room for a model, before anybody loads it. */
import { type Command, InvalidArgumentError } from 'commander';
import type { FitRoom, FitVerdict, FitView, Footprint, MemoryKind } from '../../shared/fit.ts';
import { action, call, nameArgument, type Registered } from './command.ts';
import { bytesWords, plain, runTimeWords, table, UNKNOWN } from './words.ts';

interface Options {
  readonly engine?: string;
  readonly context?: number;
  readonly slots?: number;
}

export function registerFit(program: Command, registered: Registered): void {
  program
    .command('fit')
    .description(
      'Say whether there is room for a model: now, after something idle is stopped, or not. Loads nothing.',
    )
    .argument('<model>', 'any name that resolves, also ENGINE/MODEL', nameArgument)
    .option('--engine <name>', 'on this engine only', nameArgument)
    .option('--context <tokens>', 'with so many tokens of context instead of what the config says', amountArgument)
    .option('--slots <requests>', 'with so many requests at a time instead of what the config says', amountArgument)
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, model: string, { engine, context, slots }: Options) => {
        const input = { model, engine: engine ?? null, context: context ?? null, slots: slots ?? null };
        const targets = await call(await run.host(), 'model.fit', input);
        if (run.json) run.document({ model, targets });
        else run.io.out(fitText(targets));
        return 0;
      }),
    );
}

/** For commander: a whole number of tokens or requests. */
function amountArgument(text: string): number {
  const value = /^[1-9]\d{0,7}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new InvalidArgumentError('Write a whole number from 1 to 99999999.');
  return value;
}

/** For people: a row for each target, and under it why. `~` marks what is reckoned and not measured. */
function fitText(targets: readonly FitView[]): string {
  const rows = targets.flatMap((one) => [
    [
      plain(`${one.engine}/${one.model}`),
      VERDICTS[one.verdict],
      needsWords(one.footprint),
      freeWords(one.room[0]),
      one.footprint?.load_ms == null ? UNKNOWN : runTimeWords(one.footprint.load_ms),
    ],
    [`  ${plain(one.message)}`],
  ]);
  return table(['TARGET', 'FITS', 'NEEDS', 'FREE', 'LOADS IN'], rows);
}

const VERDICTS: Readonly<Record<FitVerdict, string>> = {
  in_memory: 'in memory',
  fits: 'yes',
  fits_after: 'after making room',
  will_not_fit: 'no',
  unknown: UNKNOWN,
};

const KINDS: Readonly<Record<MemoryKind, string>> = { gpu: 'GPU', ram: 'RAM', shared: 'shared' };

function needsWords(footprint: Footprint | null): string {
  if (footprint === null) return UNKNOWN;
  const { gpu, ram, source } = footprint;
  const parts = [gpu === 0 ? null : ([gpu, 'GPU'] as const), [ram, 'RAM'] as const].flatMap((part) =>
    part === null || part[0] === null
      ? []
      : [`${source === 'estimated' ? '~' : ''}${bytesWords(part[0])} ${part[1]}`],
  );
  return parts.join(', ') || UNKNOWN;
}

const freeWords = (room: FitRoom | undefined): string =>
  room === undefined ? UNKNOWN : `${bytesWords(room.free)} of ${bytesWords(room.total)} ${KINDS[room.kind]}`;
