/** Why there is no card to show, or not all of them: the same words in window, tray and terminal. */
import type { GpuSample, GpuSourceState, GpuVendor } from './gpu.ts';

export interface UnseenGpus {
  /** `null`: no maker in particular. */
  readonly vendor: GpuVendor | null;
  readonly state: GpuSourceState;
  /** Two or three words: what is so. */
  readonly title: string;
  /** A sentence or two: why, and what it means. */
  readonly text: string;
}

const VENDOR_NAMES: Readonly<Record<GpuVendor, string>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
  windows: 'Windows',
};

const TITLES = {
  broken: (maker: string) => `${maker} can’t be read`,
  no_tool: (maker: string) => `${maker} has no tool`,
  absent: (maker: string) => `No card of ${maker}`,
  ok: (maker: string) => maker,
};

/** The sources that have something to say; without any card and any complaint, one word that there is none. */
export function unseenGpus({ gpus, sources }: Pick<GpuSample, 'gpus' | 'sources'>): readonly UnseenGpus[] {
  const told = sources.flatMap(({ vendor, state, reason }): UnseenGpus[] => {
    const needed =
      state === 'broken' || state === 'no_tool' || (reason !== null && (state === 'ok' || gpus.length === 0));
    if (!needed) return [];
    const title = TITLES[state](VENDOR_NAMES[vendor]);
    return [{ vendor, state, title, text: reason ?? `${title}.` }];
  });
  if (gpus.length > 0 || told.some(({ state }) => state !== 'absent')) return told;
  const makers = sources.map(({ vendor }) => VENDOR_NAMES[vendor]);
  const last = makers.pop();
  const list = makers.length === 0 ? last : `${makers.join(', ')} or ${last}`;
  const text =
    told.map((one) => one.text).join(' ') || `Neither a card nor a tool of ${list ?? 'any maker'} is there.`;
  return [{ vendor: null, state: 'absent', title: 'No graphics card', text: `${text} Models run on the processor.` }];
}
