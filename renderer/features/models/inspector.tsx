import { Activity, BadgeCheck, MessageSquare, X } from 'lucide-react';
import type { FitView } from '../../../shared/fit.ts';
import type { EngineView, ModelView, TargetView } from '../../../shared/model.ts';
import { abilityWords } from '../../abilities.ts';
import { loadModel, unloadModel, verifyModels } from '../../actions.ts';
import { tryModel } from '../../chat/chat-store.ts';
import { ago, bytes, count, duration, speed } from '../../format.ts';
import { targetAct } from '../../model-acts.ts';
import { ProofSection } from '../../proofs/proof-section.tsx';
import { go, hrefOf } from '../../route.ts';
import { useStack } from '../../store.ts';
import { useTraffic } from '../../traffic.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { useClock } from '../../ui/clock.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { IdleCountdown } from '../../ui/idle-countdown.tsx';
import { State } from '../../ui/state.tsx';
import { useVerifying } from '../../verify.ts';
import { modelState, targetState } from '../../words.ts';
import { FitLines } from './fit-lines.tsx';
import { useFit } from './use-fit.ts';

/** One model: its targets in the order they are tried, and what can be done with it. */
export function Inspector({ model, onClose }: { readonly model: ModelView; readonly onClose: () => void }) {
  const engines = useStack((s) => s.engines);
  const models = useStack((s) => s.models);
  const verifying = useVerifying();
  const fits = useFit(model, engines);
  const aliases = models.filter((m) => m.alias_of === model.id);
  return (
    <aside className="inspector scroll" aria-label={`About ${model.id}`} tabIndex={-1}>
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
        <Button disabled={verifying !== null} onClick={() => void verifyModels([model.id])}>
          <BadgeCheck className="icon small" aria-hidden="true" />
          Verify
        </Button>
        <IconButton
          name={`Requests for ${model.id}`}
          onClick={() => go({ page: 'requests', filter: `model:${model.id}` })}
        >
          <Activity className="icon small" aria-hidden="true" />
        </IconButton>
      </div>
      <section>
        <h3>{model.alias_of === null ? 'Targets, in file order' : `Another name for ${model.alias_of}`}</h3>
        {model.targets.map((target) => (
          <Target
            key={`${target.engine}/${target.model}`}
            target={target}
            engine={engines.find((one) => one.name === target.engine)}
            fit={fits.find((one) => one.engine === target.engine && one.model === target.model) ?? null}
          />
        ))}
        {model.targets.length === 0 && <p className="dim">No target.</p>}
      </section>
      <ProofSection id={model.id} />
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

const ACTS = { load: 'Load', start: 'Start and load', unload: 'Unload' } as const;

interface TargetProps {
  readonly target: TargetView;
  readonly engine: EngineView | undefined;
  /** `null` until it was answered. */
  readonly fit: FitView | null;
}

/** Where it may be answered: how that stands, what is known of it there, and what can be done. */
function Target({ target, engine, fit }: TargetProps) {
  const said = targetState(target.phase, target.progress);
  const act = targetAct(target, engine);
  const facts = [
    target.bytes == null ? null : bytes(target.bytes),
    target.quantization ?? null,
    target.context_length == null ? null : `${count(target.context_length)} tokens of context`,
  ].filter(Boolean);
  const about = engine === undefined ? 'No such engine in the config' : engineAbout(engine);
  return (
    <div className="target">
      <State said={said} glyphOnly />
      <div className="line apart">
        <a className="link-cell medium" href={hrefOf({ page: 'engines', engine: target.engine })}>
          {target.engine}
        </a>
        {act !== null && (
          <Button
            size="little"
            aria-label={`${ACTS[act]} on ${target.engine}`}
            onClick={() => void (act === 'unload' ? unloadModel : loadModel)(target.model, target.engine)}
          >
            {ACTS[act]}
          </Button>
        )}
      </div>
      <div className="target-about">
        <p className="mono">{target.model}</p>
        <p>{[said.word, ...facts].join(', ')}</p>
        {abilityWords(target.can) !== '' && <p>{abilityWords(target.can)}</p>}
        {about !== '' && <p className="dim">{about}</p>}
        <Answered target={target} />
        {engine?.idle_stop_at && target.phase === 'ready' && (
          <p>
            <IdleCountdown at={engine.idle_stop_at} />
          </p>
        )}
      </div>
      {fit !== null && <FitLines fit={fit} />}
    </div>
  );
}

/** How it answered of late; nothing while it has not. */
function Answered({ target: { engine, model } }: Pick<TargetProps, 'target'>) {
  const now = useClock();
  const traffic = useTraffic(({ targets }) => targets.get(`${engine}/${model}`) ?? null);
  if (traffic === null) return null;
  const { tokens_per_second, first_token_ms, last_used } = traffic;
  const facts = [
    `Used ${ago(last_used, now)}`,
    tokens_per_second === null ? null : speed(tokens_per_second),
    first_token_ms === null ? null : `first token after ${duration(first_token_ms)}`,
  ];
  return <p>{facts.filter(Boolean).join(', ')}</p>;
}

/** What of the engine matters for whether its model may be there: whose it is, and with whom it shares its place. */
function engineAbout(engine: EngineView): string {
  return [
    engine.owner === 'external' ? 'Run by somebody else' : null,
    engine.group === null ? null : `One at a time in the group ${engine.group}`,
    engine.held ? 'No request wakes it until you start it' : null,
  ]
    .filter(Boolean)
    .join('. ');
}
