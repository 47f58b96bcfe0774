import { type ReactNode, useState } from 'react';
import { type Snippet, snippets } from '../../../shared/client-snippets.ts';
import { useChat } from '../../chat/chat-store.ts';
import { CodeBlock } from '../../chat/code-block.tsx';
import { useStack } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Segments } from '../../ui/segments.tsx';

interface Props {
  readonly frame: (main: ReactNode) => ReactNode;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** What to write into an app's settings: base URL, key, model. */
export function ConnectStep({ frame, onBack, onDone }: Props) {
  const gateway = useStack((s) => s.gateway);
  const first = useStack((s) => s.models[0]?.id ?? null);
  const tried = useChat((c) => c.models[0] ?? null);
  const [kind, setKind] = useState<Snippet['kind']>('settings');
  const base = gateway.url === null ? null : `${gateway.url}/v1`;
  const model = tried ?? first ?? 'MODEL';
  const list = base === null ? [] : snippets(base, model, gateway.keys);
  const shown = list.find((s) => s.kind === kind) ?? list[0];
  return (
    <div className="setup alone">
      <main className="setup-main" id="page-setup">
        <div className="setup-scroll scroll">
          {frame(
            <>
              <h1>Connect an app</h1>
              <div className="setup-lead">
                <p>
                  Every app that speaks OpenAI works: give it this address once. Models can come and go behind it.
                </p>
              </div>
              {base === null || !shown ? (
                <p className="dim" role="status">
                  The gateway has no address yet. It appears here as soon as it listens.
                </p>
              ) : (
                <div className="snippets">
                  <dl className="facts">
                    <dt>Base URL</dt>
                    <dd className="line">
                      <span className="mono">{base}</span>
                      <CopyButton text={base} what="base URL" />
                    </dd>
                    <dt>API key</dt>
                    <dd>{gateway.keys ? 'One of gateway.api_keys' : 'Any text: none is checked on this machine'}</dd>
                    <dt>Model</dt>
                    <dd className="line">
                      <span className="mono cut">{model}</span>
                      <CopyButton text={model} what="model id" />
                    </dd>
                  </dl>
                  <div>
                    <Segments
                      label="Settings for"
                      value={shown.kind}
                      onChange={setKind}
                      options={list.map((s) => ({ value: s.kind, label: s.title }))}
                    />
                  </div>
                  <CodeBlock language={shown.language} text={shown.text} />
                </div>
              )}
            </>,
          )}
        </div>
        <footer className="setup-foot">
          <div>
            <Button look="ghost" size="large" onClick={onBack}>
              Back
            </Button>
            <Button look="primary" size="large" onClick={onDone}>
              Open Stackyard
            </Button>
          </div>
        </footer>
      </main>
    </div>
  );
}
