import { type ReactNode, useEffect, useState } from 'react';
import { composeConfig, defaultPicks, type StarterPick } from '../../../shared/config/starter.ts';
import { servable } from '../../../shared/config/starter-choices.ts';
import type { Detected, Found, TriedServer } from '../../../shared/contract/detected.ts';
import type { Cause } from '../../../shared/model.ts';
import { attempt } from '../../actions.ts';
import { bridge, isWeb } from '../../bridge.ts';
import { fileName, plural } from '../../format.ts';
import { go } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Note } from '../../ui/note.tsx';
import { Switch } from '../../ui/toggles.tsx';
import { YamlEditor } from '../../ui/yaml-editor.tsx';
import { AddServer } from './add-server.tsx';
import { FoundRow } from './found-row.tsx';
import { ModelFolders } from './model-folders.tsx';

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
  const [picks, setPicks] = useState<readonly StarterPick[]>(() => defaultPicks(detected));
  const [servers, setServers] = useState<readonly TriedServer[]>([]);
  const [app, setApp] = useState({ launchAtLogin: false, startHidden: false });
  const [writing, setWriting] = useState(false);
  const gatewayPort = gateway.port;
  const inOrder = found.flatMap((one) => picks.find((pick) => pick.found === one) ?? []);
  const text = composeConfig({ gatewayPort, picks: inOrder, servers, ...app });
  const write = async (content: string) => {
    setWriting(true);
    const done = await attempt('Write the config', 'setup.write', { text: content });
    setWriting(false);
    if (!done) return;
    go('setup');
    onWritten();
  };
  const setPick = (one: Found, pick: StarterPick | null) =>
    setPicks((old) => [...old.filter((other) => other.found !== one), ...(pick ? [pick] : [])]);
  const something = found.length > 0 || servers.length > 0;

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
                    : 'No llama-server, Ollama, vLLM or LiteLLM is installed where Stackyard looks, and nothing answers on the usual ports. Install one and look again, add a server that is elsewhere, or start with an empty config.'}
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
                    options={servable(one, detected)}
                    pick={picks.find((pick) => pick.found === one) ?? null}
                    onPick={(pick) => setPick(one, pick)}
                  />
                ))}
              </ul>
              <div>
                <Button look="ghost" className="look-again" onClick={onAgain}>
                  Look again
                </Button>
              </div>
              <h2>Servers elsewhere</h2>
              <AddServer servers={servers} onChange={setServers} />
              <h2>Models on this disk</h2>
              <ModelFolders folders={model_folders} />
              {!isWeb() && (
                <>
                  <h2>The app</h2>
                  <div className="switches">
                    <Switch
                      label="Open at login"
                      checked={app.launchAtLogin}
                      onChange={(launchAtLogin) => setApp({ ...app, launchAtLogin })}
                    />
                    <Switch
                      label="Start hidden, in the tray"
                      checked={app.startHidden}
                      onChange={(startHidden) => setApp({ ...app, startHidden })}
                    />
                  </div>
                </>
              )}
              <h2>This machine</h2>
              <dl className="facts">
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
              look={something ? 'ghost' : 'primary'}
              size="large"
              disabled={writing}
              onClick={() => void write(composeConfig({ gatewayPort, picks: [], ...app }))}
            >
              Start empty
            </Button>
            {something && (
              <Button
                look="primary"
                size="large"
                disabled={writing || (picks.length === 0 && servers.length === 0)}
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

const holder = (who: string | null): string => (who === null ? '' : ` by ${who}`);
