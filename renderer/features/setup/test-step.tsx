import { type ReactNode, useEffect, useState } from 'react';
import { chooseModel, send, useChat } from '../../chat/chat-store.ts';
import { isRunning } from '../../chat/conversation.ts';
import { Markdown } from '../../chat/markdown-view.tsx';
import { duration, percent } from '../../format.ts';
import { useStack } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { State } from '../../ui/state.tsx';
import { engineState, modelState } from '../../words.ts';

interface Props {
  readonly frame: (main: ReactNode) => ReactNode;
  readonly onNext: () => void;
}

const PROMPT = 'Say hello in one sentence.';

/** One prompt through the gateway, so that the first real request is not the first one at all. */
export function TestStep({ frame, onNext }: Props) {
  const engines = useStack((s) => s.engines);
  const models = useStack((s) => s.models);
  const model = useChat((c) => c.models[0] ?? null);
  const running = useChat(isRunning);
  const last = useChat((c) => c.turns.at(-1)?.answers[0] ?? null);
  const [asked, setAsked] = useState(false);
  const chosen = models.find((m) => m.id === model) ?? models[0];
  useEffect(() => {
    if (chosen && chosen.id !== model) chooseModel(chosen.id);
  }, [chosen, model]);
  const answer = asked ? last : null;
  return (
    <div className="setup alone">
      <main className="setup-main" id="page-setup">
        <div className="setup-scroll scroll">
          {frame(
            <>
              <h1>Try one prompt</h1>
              <div className="setup-lead">
                <p>
                  It goes through the gateway, as a request of your apps would. An engine that is stopped is started
                  for it, which may take a moment.
                </p>
              </div>
              <ul>
                {engines.map((engine) => (
                  <li key={engine.name} className="line apart" style={{ minHeight: 28 }}>
                    <span className="medium">{engine.name}</span>
                    <State said={engineState(engine)} />
                  </li>
                ))}
              </ul>
              <h2>Model</h2>
              {models.length === 0 ? (
                <p className="dim" role="status">
                  {engines.length === 0
                    ? 'There is no engine in the config yet, so there is nothing to ask.'
                    : 'No engine has reported a model yet. Models appear here by themselves; you can also go on and try later.'}
                </p>
              ) : (
                <>
                  <div className="line" style={{ marginBottom: 12 }}>
                    <Choose
                      label="Model"
                      mono
                      width={320}
                      value={chosen?.id ?? null}
                      options={models.map((m) => ({
                        value: m.id,
                        label: m.id,
                        aside: <State said={modelState(m)} />,
                      }))}
                      onChange={chooseModel}
                    />
                    <Button
                      look={answer?.state === 'done' ? 'plain' : 'primary'}
                      disabled={running}
                      onClick={() => {
                        setAsked(true);
                        void send(PROMPT);
                      }}
                    >
                      Send test prompt
                    </Button>
                  </div>
                  <section className="card test-answer" aria-label="Answer" aria-busy={running}>
                    {!answer && <p className="dim">“{PROMPT}”</p>}
                    {answer && answer.content === '' && running && <p className="dim">{waiting(answer.parked)}</p>}
                    {answer && answer.content !== '' && <Markdown source={answer.content} />}
                    {answer?.failure && (
                      <p role="alert">
                        <b>It did not work.</b> {answer.failure.message} {answer.failure.hint}
                      </p>
                    )}
                    {answer?.state === 'done' && (
                      <p className="dim small-text">
                        Answered by {answer.metrics.route ?? answer.model}, first word after{' '}
                        {duration(answer.metrics.firstToken)}.
                      </p>
                    )}
                  </section>
                </>
              )}
            </>,
          )}
        </div>
        <footer className="setup-foot">
          <div>
            <Button look={answer?.state === 'done' ? 'primary' : 'plain'} size="large" onClick={onNext}>
              Connect an app
            </Button>
          </div>
        </footer>
      </main>
    </div>
  );
}

function waiting(
  parked: { readonly engine: string; readonly phase: string; readonly progress: number | null } | null,
): string {
  if (!parked) return 'Waiting for the first word…';
  return `Waiting for ${parked.engine}: ${parked.phase}${parked.progress === null ? '' : ` ${percent(parked.progress)}`}`;
}
