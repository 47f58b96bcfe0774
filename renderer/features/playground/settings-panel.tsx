import { useCallback, useId } from 'react';
import type { ModelView } from '../../../shared/model.ts';
import { withoutAbility } from '../../abilities.ts';
import { parsedSchema, parsedTools } from '../../chat/chat-request.ts';
import { changeSettings, useChat } from '../../chat/chat-store.ts';
import type { Settings } from '../../chat/conversation.ts';
import { useWorkedOut } from '../../store.ts';
import { classes } from '../../ui/button.tsx';

/** What is sent along with every question. What is not set is left to the engine. */
export function SettingsPanel({ tucked }: { readonly tucked: boolean }) {
  const settings = useChat((c) => c.settings);
  const models = useChat((c) => c.models);
  const hands = useCallback((all: readonly ModelView[]) => withoutAbility(all, models, 'tools').no, [models]);
  const toolless = useWorkedOut((s) => s.models, hands);
  return (
    <aside className={classes('settings scroll', tucked && 'tucked')} aria-label="Settings of the chat">
      <Text name="system" label="System prompt" value={settings.system} placeholder="None" rows={4} />
      <Slider name="temperature" label="Temperature" value={settings.temperature} max={2} step={0.1} rest={0.8} />
      <Slider name="topP" label="Top-p" value={settings.topP} max={1} step={0.05} rest={0.95} />
      <Whole name="maxTokens" label="Max tokens" value={settings.maxTokens} min={1} placeholder="No limit" />
      <Whole name="seed" label="Seed" value={settings.seed} min={0} placeholder="Random" />
      <Text name="stop" label="Stop at, one a line" value={settings.stop} placeholder="Nothing" rows={1} mono />
      <Text
        name="schema"
        label="JSON Schema of the answer"
        value={settings.schema}
        placeholder='{ "type": "object", … }'
        rows={2}
        mono
        wrong={parsedSchema(settings.schema).wrong}
      />
      <Text
        name="tools"
        label="Tools"
        value={settings.tools}
        placeholder='[{ "type": "function", … }]'
        rows={2}
        mono
        wrong={parsedTools(settings.tools).wrong}
      />
      {settings.tools.trim() !== '' && toolless.length > 0 && (
        <p className="hint">By its engine, {toolless.join(', ')} calls no tools; these may be refused or ignored.</p>
      )}
    </aside>
  );
}

type NameOf<T> = { [K in keyof Settings]: Settings[K] extends T ? K : never }[keyof Settings];

interface TextProps {
  readonly name: NameOf<string>;
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly rows: number;
  readonly mono?: boolean;
  readonly wrong?: string | null;
}

function Text({ name, label, value, placeholder, rows, mono = false, wrong = null }: TextProps) {
  const id = useId();
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className={classes('field', mono && 'mono', wrong !== null && 'wrong')}
        rows={rows}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `${id}-wrong`}
        onChange={(e) => changeSettings({ [name]: e.target.value })}
      />
      {wrong !== null && (
        <p className="hint wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

interface NumberProps {
  readonly name: NameOf<number | null>;
  readonly label: string;
  readonly value: number | null;
}

function Whole({
  name,
  label,
  value,
  min,
  placeholder,
}: NumberProps & { readonly min: number; readonly placeholder: string }) {
  const id = useId();
  return (
    <div className="pair">
      <label htmlFor={id}>{label}</label>
      <div className="field">
        <input
          id={id}
          type="number"
          min={min}
          step={1}
          value={value ?? ''}
          placeholder={placeholder}
          onChange={(e) => changeSettings({ [name]: wholeIn(e.target.value, min) })}
        />
      </div>
    </div>
  );
}

interface SliderProps extends NumberProps {
  readonly max: number;
  readonly step: number;
  /** Where the knob rests while nothing is set. */
  readonly rest: number;
}

function Slider({ name, label, value, max, step, rest }: SliderProps) {
  const id = useId();
  const change = (text: string) => changeSettings({ [name]: numberIn(text, 0, max) });
  return (
    <div>
      <div className="pair">
        <label htmlFor={id}>{label}</label>
        <div className="field">
          <input
            type="number"
            min={0}
            max={max}
            step={step}
            value={value ?? ''}
            placeholder="Engine’s"
            aria-label={`${label}, exact`}
            onChange={(e) => change(e.target.value)}
          />
        </div>
      </div>
      <input
        id={id}
        className="range"
        type="range"
        min={0}
        max={max}
        step={step}
        value={value ?? rest}
        aria-valuetext={value === null ? 'The engine’s own' : `${value}`}
        style={{ ['--filled' as string]: value === null ? '0%' : `${(value / max) * 100}%` }}
        onChange={(e) => change(e.target.value)}
      />
    </div>
  );
}

/** The number in a field, held within its bounds; `null` when the field is empty. */
export function numberIn(text: string, min: number, max: number): number | null {
  const n = Number.parseFloat(text);
  return Number.isFinite(n) ? Math.min(max, Math.max(min, n)) : null;
}

const wholeIn = (text: string, min: number): number | null => {
  const n = numberIn(text, min, Number.MAX_SAFE_INTEGER);
  return n === null ? null : Math.round(n);
};
