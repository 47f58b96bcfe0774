/** The memory of a card by its owners, as it is drawn. Pure. */
import { type GpuDevice, type GpuProcess, OTHERS } from '../shared/gpu.ts';

export type Colour = 1 | 2 | 3 | 4;

export interface Share {
  readonly key: string;
  readonly name: string;
  /** Bytes. */
  readonly bytes: number;
  /** Which of the four colours of owners; `null` for what is no engine's. */
  readonly colour: Colour | null;
  /** It outlived its engine. */
  readonly left: boolean;
}

/**
 * Engines first, in the order of the config so that an engine keeps its colour; then what outlived one; then everybody else in one.
 * What the card says is used and no process accounts for belongs to others too. Empty when nobody can tell.
 */
export function shares(
  card: GpuDevice,
  processes: readonly GpuProcess[],
  engines: readonly string[],
): readonly Share[] {
  const here = processes.filter((one) => one.gpu === card.uuid && one.memory !== null);
  const sum = (list: readonly GpuProcess[]) => list.reduce((bytes, one) => bytes + (one.memory ?? 0), 0);
  const names = [...new Set([...engines, ...here.flatMap((one) => one.engine ?? [])])];
  const owned = names.flatMap((name, i): Share[] => {
    const mine = here.filter((one) => one.engine === name);
    const [live, left] = [sum(mine.filter((one) => !one.survivor)), sum(mine.filter((one) => one.survivor))];
    const colour = nth(i);
    return [
      ...(live > 0 ? [{ key: name, name, bytes: live, colour, left: false }] : []),
      ...(left > 0 ? [{ key: `${name} left`, name: `Left by ${name}`, bytes: left, colour, left: true }] : []),
    ];
  });
  const known = owned.reduce((bytes, one) => bytes + one.bytes, 0);
  const others = Math.max(sum(here.filter((one) => one.engine === null)), (card.memory_used ?? 0) - known);
  if (others <= 0) return owned;
  return [...owned, { key: '', name: 'Other apps', bytes: others, colour: null, left: false }];
}

const nth = (i: number): Colour => ((i % 4) + 1) as Colour;

/** The colour of an engine among all of the config, `engines`; `null` for who is none. One that the config lost has one after those. */
export function colourOf(name: string, engines: readonly string[]): Colour | null {
  if (name === OTHERS) return null;
  const at = engines.indexOf(name);
  return nth(at < 0 ? engines.length : at);
}

/** The largest other programs by name, for the line that stands for them all: `blender, Xorg`. */
export function otherNames(card: GpuDevice, processes: readonly GpuProcess[]): string {
  const here = processes.filter((one) => one.gpu === card.uuid && one.engine === null && one.name !== null);
  const names = [...new Set(here.map((one) => one.name))];
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
}

/** `RTX 4090`: without the maker, whom everybody knows. */
export const cardName = ({ name, index }: GpuDevice): string =>
  name?.replace(/^(?:NVIDIA|AMD|Intel\(R\))\s+(?:GeForce\s+)?/i, '') ?? `GPU ${index}`;
