import './playground.css';
import { Code, Settings2, SquarePen } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { copy } from '../../actions.ts';
import { chat, chooseModel, isRunning, newChat, requestFor, stop, useChat } from '../../chat/chat-store.ts';
import { asCurl } from '../../chat/stream-chat.ts';
import { useShortcuts } from '../../keys.ts';
import { go } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button, classes } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { modelState } from '../../words.ts';
import { Composer } from './composer.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { Turns } from './turns.tsx';

/** A conversation with any model, through the gateway, as an app would have it. */
export function PlaygroundPage({ notices }: { readonly notices: ReactNode }) {
  const models = useStack((s) => s.models);
  const gateway = useStack((s) => s.gateway);
  const model = useChat((c) => c.model);
  const running = useChat(isRunning);
  const [tucked, setTucked] = useState(true);
  const chosen = models.find((m) => m.id === model) ?? null;
  const first = useMemo(
    () => (models.find((m) => m.targets.some((t) => t.phase === 'ready')) ?? models[0])?.id ?? null,
    [models],
  );

  // a model is always chosen when there is one, and the choice is then the user's
  useEffect(() => {
    if (model === null && first !== null) chooseModel(first);
  }, [model, first]);
  useShortcuts({
    stop: () => {
      if (running) stop();
      else setTucked(true);
    },
  });

  const copyCurl = () => {
    const state = chat.getState();
    if (gateway.url === null || model === null) return;
    const turns = state.turns.length > 0 ? state.turns : [{ id: 0, ask: 'Hello', answer: EMPTY_ANSWER }];
    void copy(asCurl(`${gateway.url}/v1`, requestFor(state, model, turns), gateway.keys), 'request as curl');
  };

  return (
    <>
      <PageHead
        title="Playground"
        beside={
          models.length > 0 && (
            <>
              <Choose
                label="Model"
                mono
                width={248}
                value={model}
                placeholder="Choose a model"
                options={models.map((m) => ({ value: m.id, label: m.id, aside: <State said={modelState(m)} /> }))}
                onChange={chooseModel}
              />
              <span className="hide-narrow">{chosen && <State said={modelState(chosen)} />}</span>
            </>
          )
        }
        actions={
          <>
            <Button look="ghost" className="only-narrow" aria-expanded={!tucked} onClick={() => setTucked(!tucked)}>
              <Settings2 className="icon small" aria-hidden="true" />
              Settings
            </Button>
            <Button look="ghost" disabled={gateway.url === null || model === null} onClick={copyCurl}>
              <Code className="icon small" aria-hidden="true" />
              Copy as curl
            </Button>
            <Button onClick={newChat}>
              <SquarePen className="icon small" aria-hidden="true" />
              New chat
            </Button>
          </>
        }
      />
      {notices}
      {models.length === 0 ? (
        <Empty
          title="No model to talk to yet"
          actions={
            <Button look="primary" onClick={() => go('overview')}>
              Go to the overview
            </Button>
          }
        >
          A model appears here as soon as an engine reports one, or when the config names one under “models:”.
        </Empty>
      ) : (
        <div className={classes('play')}>
          <div className="play-main">
            <Turns />
            <Composer key={model} model={model} />
          </div>
          <SettingsPanel tucked={tucked} />
        </div>
      )}
    </>
  );
}

const EMPTY_ANSWER = {
  model: '',
  content: '',
  reasoning: '',
  state: 'done',
  parked: null,
  failure: null,
  metrics: { firstToken: null, total: null, tokens: null, estimated: false, route: null, finish: null },
} as const;
