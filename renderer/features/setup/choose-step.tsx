import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { composeConfig } from '../../../shared/config/starter.ts';
import type { Detected, Found } from '../../../shared/contract/detected.ts';
import type { Cause } from '../../../shared/model.ts';
import { attempt } from '../../actions.ts';
import { bridge } from '../../bridge.ts';
import { bytes, fileName, plural } from '../../format.ts';
import { go } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Note } from '../../ui/note.tsx';
import { State } from '../../ui/state.tsx';
import { Checkbox } from '../../ui/toggles.tsx';
import { YamlEditor } from '../../ui/yaml-editor.tsx';

interface Props {
  readonly frame: (main: ReactNode) => ReactNode;
  readonly onWritten: () => void;
}

/** What was found on this machine, to be ticked, and beside it the file that would be written. */
export function ChooseStep({ frame, onWritten }: Props) {
  const [detected, setDetected] = useState<Detected | null>(null);
  const [error, setError] = useState<Cause | null>(null);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round looks anew
  useEffect(() => {
    let alive = true;
    setError(null);
    void bridge()
      .call('setup.detect', {})
      .then((reply) => {
        if (!alive) return;
        if (reply.ok) setDetected(reply.value);
        else setError(reply.error);
      });
    return () => {
      alive = false;
    };
  }, [round]);
  const again = () => {
    setDetected(null);
    setRound(round + 1);
  };
  if (!detected) {
    return (
      <div className="setup alone">
        <main className="setup-main">
          <div className="setup-scroll scroll">
            {frame(
              error ? (
                <Empty
                  title="This machine could not be searched"
                  actions={<Button onClick={again}>Look again</Button>}
                >
                  {error.message} {error.hint}
                </Empty>
              ) : (
                <p className="dim" role="status">
                  Looking for engines on this machine…
                </p>
              ),
            )}
          </div>
        </main>
      </div>
    );
  }
  return <Chosen key={round} detected={detected} frame={frame} onAgain={again} onWritten={onWritten} />;
}

interface ChosenProps extends Props {
  readonly detected: Detected;
  readonly onAgain: () => void;
}

function Chosen({ detected, frame, onAgain, onWritten }: ChosenProps) {
  const { found, gateway, model_folders } = detected;
  const [ticked, setTicked] = useState<ReadonlySet<string>>(() => new Set(found.filter(isUseful).map((f) => f.id)));
  const [folder, setFolder] = useState<string | null>(model_folders.find((f) => f.models_dir)?.path ?? null);
  const [writing, setWriting] = useState(false);
  const compose = (ids: ReadonlySet<string>) => composed(detected, ids, folder);
  const text = useMemo(() => composed(detected, ticked, folder), [detected, ticked, folder]);
  const write = async (content: string) => {
    setWriting(true);
    const done = await attempt('Write the config', 'setup.write', { text: content });
    setWriting(false);
    if (!done) return;
    go('setup');
    onWritten();
  };
  const toggle = (id: string, on: boolean) =>
    setTicked((old) => new Set(on ? [...old, id] : [...old].filter((other) => other !== id)));
  const needsFolder = found.some((f) => ticked.has(f.id) && f.kind === 'llama.cpp' && f.running === null);

  return (
    <div className="setup">
      <main className="setup-main" id="page-setup">
        <div className="setup-scroll scroll">
          {frame(
            <>
              <h1>{found.length > 0 ? 'Found on this machine' : 'Nothing found on this machine'}</h1>
              <div className="setup-lead">
                <p>
                  {found.length > 0
                    ? 'Tick what Stackyard should look after. Nothing starts, stops or changes until you write the config.'
                    : 'No llama-server, Ollama, vLLM or LiteLLM is installed where Stackyard looks, and nothing answers on the usual ports. Install one and look again, or start with an empty config and name your server in it.'}
                </p>
              </div>
              {gateway.busy && (
                <Note tone="attention" title={`Port ${gateway.busy.port} is taken${holder(gateway.busy.holder)}.`}>
                  Stackyard takes {gateway.port} instead. Your apps then use that port.
                </Note>
              )}
              <ul>
                {found.map((one) => (
                  <FoundRow
                    key={one.id}
                    found={one}
                    ticked={ticked.has(one.id)}
                    onTick={(on) => toggle(one.id, on)}
                  />
                ))}
              </ul>
              <div>
                <Button look="ghost" className="look-again" onClick={onAgain}>
                  Look again
                </Button>
              </div>
              <h2>This machine</h2>
              <dl className="facts">
                {needsFolder && (
                  <>
                    <dt style={{ lineHeight: '28px' }}>Models</dt>
                    <dd>
                      {model_folders.length === 0 ? (
                        <span style={{ lineHeight: '28px' }}>
                          No GGUF file found. Set models_dir in the config later.
                        </span>
                      ) : (
                        <Choose
                          label="Folder with models"
                          value={folder}
                          mono
                          width={420}
                          options={model_folders.map((f) => ({
                            value: f.path,
                            label: `${f.path}, ${plural(f.files, 'file')}, ${bytes(f.bytes)}`,
                          }))}
                          onChange={setFolder}
                        />
                      )}
                    </dd>
                  </>
                )}
                <dt>Address</dt>
                <dd>
                  <span className="mono">http://127.0.0.1:{gateway.port}/v1</span>, free. Only this machine can
                  connect.
                </dd>
                <dt>Config</dt>
                <dd className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {detected.config_path}
                </dd>
              </dl>
            </>,
          )}
        </div>
        <footer className="setup-foot">
          <div>
            <Button
              look={found.length > 0 ? 'ghost' : 'primary'}
              size="large"
              disabled={writing}
              onClick={() => void write(compose(new Set()))}
            >
              Start empty
            </Button>
            {found.length > 0 && (
              <Button
                look="primary"
                size="large"
                disabled={writing || ticked.size === 0}
                onClick={() => void write(text)}
              >
                {writing ? 'Writing…' : 'Write config and start'}
              </Button>
            )}
          </div>
        </footer>
      </main>
      <aside className="setup-side" aria-label="Config preview">
        <div className="line apart">
          <span className="mono medium">{fileName(detected.config_path)}</span>
          <span className="dim small-text">Will be written, {plural(text.trimEnd().split('\n').length, 'line')}</span>
        </div>
        <YamlEditor label="Config that will be written" value={text} />
      </aside>
    </div>
  );
}

/** The file for what is ticked. */
function composed(detected: Detected, ids: ReadonlySet<string>, folder: string | null): string {
  return composeConfig({
    gatewayPort: detected.gateway.port,
    picks: detected.found.filter((one) => ids.has(one.id)),
    modelFolder: folder,
  });
}

/** Ticked from the start: what runs, and what can be started. */
const isUseful = (found: Found): boolean =>
  found.blocked === null && (found.running !== null || found.command !== null);

const holder = (who: string | null): string => (who === null ? '' : ` by ${who}`);

interface RowProps {
  readonly found: Found;
  readonly ticked: boolean;
  readonly onTick: (on: boolean) => void;
}

function FoundRow({ found, ticked, onTick }: RowProps) {
  const { running } = found;
  const models = running?.models.length ?? 0;
  return (
    <li className="found">
      <Checkbox label={found.title} checked={ticked} onChange={onTick} disabled={found.blocked !== null} />
      <span className="line">
        <b>{found.title}</b>
        {found.version !== null && <span className="dim">{found.version}</span>}
      </span>
      {running ? (
        <State said={{ tone: 'ok', word: `Running on ${running.port}`, progress: null }} />
      ) : (
        <State said={{ tone: 'off', word: 'Not running', progress: null }} />
      )}
      <p>
        {found.blocked ?? found.note} {running && models > 0 && `Offers ${plural(models, 'model')}.`}
      </p>
    </li>
  );
}
