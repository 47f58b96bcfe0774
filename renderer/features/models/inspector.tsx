import { MessageSquare, X } from 'lucide-react';
import type { ModelView } from '../../../shared/model.ts';
import { loadModel, unloadModel } from '../../actions.ts';
import { tryModel } from '../../chat/chat-store.ts';
import { hrefOf } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { State } from '../../ui/state.tsx';
import { modelState, targetState } from '../../words.ts';
import { loadable } from './groups.ts';

/** One model: its targets in the order they are tried, and what can be done with it. */
export function Inspector({ model, onClose }: { readonly model: ModelView; readonly onClose: () => void }) {
  const engines = useStack((s) => s.engines);
  const models = useStack((s) => s.models);
  const can = loadable(model, engines);
  const aliases = models.filter((m) => m.alias_of === model.id);
  return (
    <aside className="inspector scroll" aria-label={`About ${model.id}`}>
      <div>
        <div className="line">
          <h2>{model.id}</h2>
          <CopyButton text={model.id} what="model id" />
          <IconButton name="Close" size="little" onClick={onClose}>
            <X className="icon small" aria-hidden="true" />
          </IconButton>
        </div>
        <State said={modelState(model)} pill />
      </div>
      <div className="line">
        <Button onClick={() => tryModel(model.id)}>
          <MessageSquare className="icon small" aria-hidden="true" />
          Try in playground
        </Button>
        {can?.act === 'load' && (
          <Button onClick={() => void loadModel(can.target.model, can.target.engine)}>Load</Button>
        )}
        {can?.act === 'unload' && (
          <Button onClick={() => void unloadModel(can.target.model, can.target.engine)}>Unload</Button>
        )}
      </div>
      <section>
        <h3>{model.alias_of === null ? 'Targets, in file order' : `Another name for ${model.alias_of}`}</h3>
        {model.targets.map((target) => (
          <div key={`${target.engine}/${target.model}`} className="target">
            <State said={targetState(target.phase, target.progress)} glyphOnly />
            <div>
              <a className="link-cell medium" href={hrefOf({ page: 'engines', engine: target.engine })}>
                {target.engine}
              </a>
              <p>{target.model}</p>
              <p>{targetState(target.phase, target.progress).word}</p>
            </div>
          </div>
        ))}
        {model.targets.length === 0 && <p className="dim">No target.</p>}
      </section>
      {aliases.length > 0 && (
        <section>
          <h3>Also called</h3>
          <div className="line" style={{ flexWrap: 'wrap' }}>
            {aliases.map((alias) => (
              <span key={alias.id} className="tag mono">
                {alias.id}
              </span>
            ))}
          </div>
        </section>
      )}
    </aside>
  );
}
