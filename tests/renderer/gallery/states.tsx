/** Every word that is said of an engine, a model or a job, with its tone and shape. */

import { State } from '../../../renderer/ui/state.tsx';
import { engineState, type Said, targetState } from '../../../renderer/words.ts';
import { ENGINE_PHASES, TARGET_PHASES } from '../../../shared/model.ts';
import { engine } from '../support/recorded.ts';
import { Shelf } from './shelf.tsx';

const SEEN = engine('llama');

const OF_ENGINES: readonly Said[] = [
  ...ENGINE_PHASES.map((phase) => engineState({ ...SEEN, phase })),
  engineState({ ...SEEN, phase: 'loading', progress: 0.43 }),
  engineState({ ...SEEN, phase: 'stopped', held: true }),
  engineState({ ...SEEN, phase: 'stopped', owner: 'external' }),
  engineState({ ...SEEN, phase: 'stopped', waits_for: { engine: 'big', why: 'group' } }),
  engineState({ ...SEEN, phase: null }),
];

const OF_MODELS: readonly Said[] = [
  ...TARGET_PHASES.map((phase) => targetState(phase)),
  targetState('loading', 0.43),
  targetState(null),
];

const GLYPHS: readonly Said[] = [0, 0.25, 0.5, 0.75, 1].map((progress) => ({
  tone: 'busy',
  word: `${100 * progress} %`,
  progress,
}));

/** In rows, beside titles, and alone. */
export function States() {
  return (
    <>
      <Shelf title="States of an engine">
        {OF_ENGINES.map((said) => (
          <State key={said.word} said={said} />
        ))}
      </Shelf>
      <Shelf title="States of an engine, beside a title">
        {OF_ENGINES.map((said) => (
          <State key={said.word} said={said} pill />
        ))}
      </Shelf>
      <Shelf title="States of a model">
        {OF_MODELS.map((said) => (
          <State key={said.word} said={said} />
        ))}
        {[...OF_MODELS, ...GLYPHS].map((said) => (
          <State key={said.word} said={said} glyphOnly />
        ))}
        <span className="tag">External</span>
      </Shelf>
    </>
  );
}
