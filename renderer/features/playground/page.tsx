import './playground.css';
import { Code, History, Plus, Settings2, SquarePen } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { copy } from '../../actions.ts';
import { asCode, CODE_KINDS, type CodeKind } from '../../chat/as-code.ts';
import { requestFor } from '../../chat/chat-request.ts';
import { addModel, chat, chooseModel, newChat, stop, useChat } from '../../chat/chat-store.ts';
import { asked, isRunning, MAX_LANES } from '../../chat/conversation.ts';
import { keptPrompt } from '../../chat/prompt-draft.ts';
import { useShortcuts } from '../../keys.ts';
import { go } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreMenu } from '../../ui/more-menu.tsx';
import { PageHead } from '../../ui/page.tsx';
import { ChatsDialog } from './chats-dialog.tsx';
import { Composer } from './composer.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { Turns } from './turns.tsx';

/** A conversation with any model, or several side by side, through the gateway, as an app would have it. */
export function PlaygroundPage({ notices }: { readonly notices: ReactNode }) {
  const models = useStack((s) => s.models);
  const gateway = useStack((s) => s.gateway);
  const chosen = useChat((c) => c.models);
  const running = useChat(isRunning);
  const [tucked, setTucked] = useState(true);
  const [listing, setListing] = useState(false);
  const first = useMemo(
    () => (models.find((m) => m.targets.some((t) => t.phase === 'ready')) ?? models[0])?.id ?? null,
    [models],
  );

  // a model is always chosen when there is one, and the choice is then the user's
  useEffect(() => {
    if (chosen.length === 0 && first !== null) chooseModel(first);
  }, [chosen, first]);
  useShortcuts({
    stop: () => {
      if (running) stop();
      else setTucked(true);
    },
  });

  const copyAs = (kind: CodeKind) => {
    const state = chat.getState();
    if (gateway.url === null) return;
    const asking = state.turns.length > 0 ? state : asked(state, keptPrompt() || 'Hello', [], state.created);
    void copy(asCode(kind, `${gateway.url}/v1`, requestFor(asking, 0), gateway.keys), `request as ${kind}`);
  };

  return (
    <>
      <PageHead
        title="Playground"
        actions={
          <>
            <Button look="ghost" className="only-narrow" aria-expanded={!tucked} onClick={() => setTucked(!tucked)}>
              <Settings2 className="icon small" aria-hidden="true" />
              Settings
            </Button>
            {models.length > 0 && chosen.length < MAX_LANES && (
              <MoreMenu
                name="Add model"
                entries={models
                  .filter(({ id }) => !chosen.includes(id))
                  .map(({ id }) => ({ label: id, run: () => addModel(id) }))}
                button={
                  <Button look="ghost">
                    <Plus className="icon small" aria-hidden="true" />
                    Add model
                  </Button>
                }
              />
            )}
            <MoreMenu
              name="Copy as code"
              entries={CODE_KINDS.map((kind) => ({ label: `Copy as ${kind}`, run: () => copyAs(kind) }))}
              button={
                <Button look="ghost" disabled={gateway.url === null || chosen.length === 0}>
                  <Code className="icon small" aria-hidden="true" />
                  Copy as…
                </Button>
              }
            />
            <Button look="ghost" onClick={() => setListing(true)}>
              <History className="icon small" aria-hidden="true" />
              Chats
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
        <div className="play">
          <div className="play-main">
            <Turns />
            <Composer models={chosen} />
          </div>
          <SettingsPanel tucked={tucked} />
        </div>
      )}
      <ChatsDialog open={listing} onClose={() => setListing(false)} />
    </>
  );
}
