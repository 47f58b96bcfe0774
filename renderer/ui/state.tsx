import type { Said, Tone } from '../words.ts';
import { classes } from './button.tsx';

interface Props {
  readonly said: Said;
  /** A soft pill, only beside a title. */
  readonly pill?: boolean;
  /** Shows the shape alone; the word stays as its accessible name. */
  readonly glyphOnly?: boolean;
}

/** A state: shape, colour and word. */
export function State({ said, pill = false, glyphOnly = false }: Props) {
  return (
    <span className={classes('state', said.tone, pill && 'pill')}>
      <Glyph tone={said.tone} progress={said.progress} />
      {glyphOnly ? <span className="visually-hidden">{said.word}</span> : <span className="cut">{said.word}</span>}
    </span>
  );
}

/** Disc, filling ring, triangle, crossed square, hollow ring. */
export function Glyph({ tone, progress = null }: { readonly tone: Tone; readonly progress?: number | null }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[tone](progress)}
    </svg>
  );
}

const SHAPES: Record<Tone, (progress: number | null) => React.ReactNode> = {
  ok: () => <circle cx="6" cy="6" r="4" fill="currentColor" />,
  busy: (progress) => (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeOpacity=".3" strokeWidth="1.8" />
      <circle
        className="ring"
        cx="6"
        cy="6"
        r="4.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        pathLength="100"
        strokeDasharray={`${Math.round((progress ?? 0.25) * 100)} 100`}
        transform="rotate(-90 6 6)"
      />
    </>
  ),
  attention: () => (
    <path d="M6 1.6 11 10.4H1Z" fill="currentColor" stroke="currentColor" strokeWidth="1.2" strokeLinejoin="round" />
  ),
  failed: () => (
    <>
      <rect x="1" y="1" width="10" height="10" rx="2.5" fill="currentColor" />
      <path d="M4 4l4 4M8 4l-4 4" stroke="var(--surface-2)" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  off: () => <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};
