/** Says of a model whether there is room for it, by what was measured or else reckoned. It asks and looks, and loads nothing. */
import { homedir } from 'node:os';
import type { EngineConfig } from '../../../shared/config/schema.ts';
import type { CallInput } from '../../../shared/contract/ipc.ts';
import type { FitRoom, FitView, Footprint, KnownFootprint } from '../../../shared/fit.ts';
import { fitSentence } from '../../../shared/fit-words.ts';
import type { GpuSample } from '../../../shared/gpu.ts';
import { isCalled } from '../../core/engine-facts.ts';
import { type Cards, cardsFor } from '../../core/fit/cards.ts';
import { estimateParts, sumOf } from '../../core/fit/estimate.ts';
import { judgeFit } from '../../core/fit/verdict.ts';
import { bytesWords } from '../../core/memory-words.ts';
import type { MemoryHabits, MemoryWish } from '../../engines/memory.ts';
import type { EngineUnit } from '../engine-unit.ts';
import { localPort } from '../owner-watch.ts';
import type { Stack } from '../stack.ts';
import type { FootprintStore, Measured } from './footprint-store.ts';
import { type Held, holdersOf } from './holders.ts';
import { machineMemory } from './machine-memory.ts';
import { memorySetup } from './memory-setup.ts';
import { ModelFiles } from './model-file.ts';

export interface FitterOptions {
  readonly stack: Stack;
  readonly store: FootprintStore;
  readonly sample: () => Promise<GpuSample>;
}

/** A model on an engine. */
export interface FitTarget {
  readonly unit: EngineUnit;
  readonly id: string;
}

/** What a program takes besides the model, bytes: llama-server without one 24 MiB; on a card its context and code, not measured here. */
const PROGRAM = { ram: 24 * 1024 ** 2, gpu: 512 * 1024 ** 2 };
const NO_WISH: MemoryWish = { context: null, slots: null };

/** What is known of a target, or why nothing is. */
type Known = { readonly footprint: Footprint } | { readonly problem: string };

export class Fitter {
  #options: FitterOptions;
  #files = new ModelFiles({ home: homedir(), platform: process.platform, env: process.env });

  constructor(options: FitterOptions) {
    this.#options = options;
  }

  /** One view for each target, in their order. */
  async fit(
    targets: readonly FitTarget[],
    { context, slots }: Pick<CallInput<'model.fit'>, 'context' | 'slots'>,
  ): Promise<FitView[]> {
    const sample = await this.#options.sample();
    const wish = { context, slots };
    const views: FitView[] = [];
    for (const target of targets) views.push(await this.#fitOne(target, wish, sample));
    return views;
  }

  /** What is known of every model that the engines name; those of which nothing is known are left out. */
  async known(): Promise<KnownFootprint[]> {
    const sample = await this.#options.sample();
    const found = await Promise.all(
      this.#options.stack.units.flatMap((unit) =>
        (unit.facts().models ?? []).map(async ({ id, also = [] }): Promise<KnownFootprint[]> => {
          const known = await this.#footprint({ unit, id }, NO_WISH, sample);
          if ('problem' in known) return [];
          return [id, ...also].map((model) => ({ engine: unit.name, model, footprint: known.footprint }));
        }),
      ),
    );
    return found.flat();
  }

  async #fitOne({ unit, id: name }: FitTarget, wish: MemoryWish, sample: GpuSample): Promise<FitView> {
    const reported = unit.facts().models?.find((one) => isCalled(one, name));
    const id = reported?.id ?? name;
    const known = await this.#footprint({ unit, id }, wish, sample);
    const view = (told: Partial<FitView> & Pick<FitView, 'verdict'>): FitView => {
      const said = { footprint: 'problem' in known ? null : known.footprint, ...NOTHING, ...told };
      return { engine: unit.name, model: name, message: fitSentence(said, bytesWords), ...said };
    };
    const phase = reported?.phase;
    if (wish.context === null && wish.slots === null && phase === 'ready' && unit.state.phase.is === 'ready')
      return view({ verdict: 'in_memory' });
    if ('problem' in known) return view({ verdict: 'unknown', why: known.problem });
    const seen = cardsFor(sample, unit.profile.memory?.(unit.config, wish).cards ?? 'all');
    const blind = seen !== null && 'blind' in seen ? seen.blind : null;
    if (blind !== null && known.footprint.gpu !== 0)
      return view({ verdict: 'unknown', why: `the graphics cards can’t be read: ${blind.replace(/\.$/, '')}` });
    const { holders, own } = await holdersOf(this.#options, { unit, id }, sample);
    const cards = seen !== null && 'blind' in seen ? null : seen;
    return view(judgeFit(roomsFor(known.footprint, cards, own), holders));
  }

  async #footprint({ unit, id }: FitTarget, wish: MemoryWish, sample: GpuSample): Promise<Known> {
    const habits = unit.profile.memory?.(unit.config, wish) ?? null;
    if (habits === null) return { problem: `${unit.profile.title} holds no models of its own here` };
    const { context, slots } = habits;
    const setup = memorySetup(unit.config);
    const measured = this.#options.store.find({ engine: unit.name, model: id, context, slots, setup });
    if (measured !== null && (measured.gpu !== null || measured.ram !== null))
      return { footprint: measuredFootprint(measured, habits) };
    const { config } = unit;
    if (isElsewhere(config)) return { problem: `${unit.name} runs on another machine` };
    if (habits.device === 'partly')
      return { problem: 'only some of its layers go to the card, which must be measured: load it once' };
    const answer = await this.#files.shapeOf(config, id);
    if (!answer.ok) return { problem: answer.problem };
    const cardBytes = cardTotal(sample);
    const room = habits.room({ trained: answer.shape.trained, cardBytes });
    if (room === null) return { problem: 'nothing tells how long its context will be: set it in the config' };
    if (habits.keyBytes === null || habits.valueBytes === null)
      return { problem: 'its cache has a type of which the size is not known here' };
    const uses = this.#options.store.usesCards(unit.name, setup);
    const onCard = habits.device === 'gpu' && cardBytes !== 0 && uses !== false;
    const program = onCard ? PROGRAM.gpu : PROGRAM.ram;
    const run = { ...room, batch: habits.batch, key_bytes: habits.keyBytes, value_bytes: habits.valueBytes, program };
    const parts = estimateParts(answer.shape, run);
    if ('missing' in parts) return { problem: `its file does not tell ${parts.missing}` };
    const share = habits.share === null || !onCard ? 0 : (cardShare(sample, habits) ?? 0) * habits.share;
    return {
      footprint: {
        source: 'estimated',
        gpu: onCard ? Math.max(sumOf(parts), Math.round(share)) : 0,
        // Beside a card the program itself stays in the machine's memory; how much is not known, and it is not what decides.
        ram: onCard ? null : sumOf(parts),
        load_ms: measured?.load_ms ?? null,
        context: room.context,
        slots,
        at: null,
        parts,
      },
    };
  }
}

/**
 * The memories that a model needs. What is no card's is the machine's; a card that shares the machine's is one with it. What it
 * holds already (`own`) is free for it.
 */
function roomsFor({ gpu, ram }: Footprint, cards: Cards | null, own: Held): [FitRoom, ...FitRoom[]] {
  const machine = machineMemory();
  const available = plus(machine.available, own.ram);
  const machines: FitRoom = { kind: 'ram', needs: ram ?? gpu, free: available, total: machine.total };
  if (gpu === 0 || cards === null) return [machines];
  const free = plus(cards.free, own.gpu);
  if (!cards.shared) {
    const card: FitRoom = { kind: 'gpu', needs: gpu, free, total: cards.total };
    return ram === null ? [card] : [card, machines];
  }
  const both = free === null || available === null ? null : Math.min(free, available);
  return [{ kind: 'shared', needs: gpu === null ? null : gpu + (ram ?? 0), free: both, total: cards.total }];
}

const plus = (free: number | null, own: number | null): number | null => (free === null ? null : free + (own ?? 0));

function measuredFootprint({ gpu, ram, load_ms, told_context, at }: Measured, habits: MemoryHabits): Footprint {
  const context = told_context ?? habits.context;
  return { source: 'measured', gpu, ram, load_ms, context, slots: habits.slots, at, parts: null };
}

/** Bytes of all cards; 0 = none, `null` = unknown. */
function cardTotal(sample: GpuSample): number | null {
  const cards = cardsFor(sample, 'all');
  return cards === null ? 0 : 'blind' in cards ? null : cards.total;
}

function cardShare(sample: GpuSample, { cards: spread }: MemoryHabits): number | null {
  const cards = cardsFor(sample, spread);
  return cards === null || 'blind' in cards ? null : cards.total;
}

/** Somebody else's server on another machine: what it holds is not this one's. */
const isElsewhere = ({ mode, url }: EngineConfig): boolean =>
  mode === 'external' && url !== null && localPort(url) === null;

const NOTHING = { why: null, room: [], short: null, after: [], stays: [], freeable: 0 };
