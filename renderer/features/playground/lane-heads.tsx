import { X } from 'lucide-react';
import { chooseModel, removeModel, useChat } from '../../chat/chat-store.ts';
import { useStack } from '../../store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { State } from '../../ui/state.tsx';
import { modelState } from '../../words.ts';

/** The models that are asked, one beside the other; each can be another one or go. */
export function LaneHeads() {
  const models = useStack((s) => s.models);
  const chosen = useChat((c) => c.models);
  const options = models.map((m) => ({ value: m.id, label: m.id, aside: <State said={modelState(m)} /> }));
  return (
    <div className="lane-heads">
      {chosen.map((id, lane) => {
        const model = models.find((m) => m.id === id);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what it is; the same model may stand in two
          <div key={lane} className="lane-head">
            <Choose
              label={chosen.length === 1 ? 'Model' : `Model ${lane + 1}`}
              mono
              value={id}
              options={options}
              onChange={(next) => chooseModel(next, lane)}
            />
            <span className="grow" />
            {model && <State said={modelState(model)} glyphOnly={chosen.length > 2} />}
            {chosen.length > 1 && (
              <IconButton name={`Leave ${id} out`} size="little" onClick={() => removeModel(lane)}>
                <X className="icon small" aria-hidden="true" />
              </IconButton>
            )}
          </div>
        );
      })}
    </div>
  );
}
