import { changeSettings, useChat } from '../../chat/chat-store.ts';
import { classes } from '../../ui/button.tsx';

/** What is sent along with every question. What is not set is left to the engine. */
export function SettingsPanel({ tucked }: { readonly tucked: boolean }) {
  const { system, temperature, maxTokens } = useChat((c) => c.settings);
  return (
    <aside className={classes('settings scroll', tucked && 'tucked')} aria-label="Settings of the chat">
      <div>
        <label className="label" htmlFor="play-system">
          System prompt
        </label>
        <textarea
          id="play-system"
          className="field"
          value={system}
          placeholder="None"
          onChange={(e) => changeSettings({ system: e.target.value })}
        />
      </div>
      <div>
        <div className="pair">
          <label htmlFor="play-temperature">Temperature</label>
          <div className="field">
            <input
              type="number"
              min={0}
              max={2}
              step={0.1}
              value={temperature ?? ''}
              placeholder="Engine’s"
              aria-label="Temperature, exact"
              onChange={(e) => changeSettings({ temperature: numberIn(e.target.value, 0, 2) })}
            />
          </div>
        </div>
        <input
          id="play-temperature"
          className="range"
          type="range"
          min={0}
          max={2}
          step={0.1}
          value={temperature ?? 0.8}
          style={{ ['--filled' as string]: temperature === null ? '0%' : `${(temperature / 2) * 100}%` }}
          onChange={(e) => changeSettings({ temperature: numberIn(e.target.value, 0, 2) })}
        />
      </div>
      <div className="pair">
        <label htmlFor="play-max">Max tokens</label>
        <div className="field">
          <input
            id="play-max"
            type="number"
            min={1}
            step={1}
            value={maxTokens ?? ''}
            placeholder="No limit"
            onChange={(e) => changeSettings({ maxTokens: numberIn(e.target.value, 1, 1_000_000) })}
          />
        </div>
      </div>
    </aside>
  );
}

/** The number in a field, held within its bounds; `null` when the field is empty. */
export function numberIn(text: string, min: number, max: number): number | null {
  const n = Number.parseFloat(text);
  return Number.isFinite(n) ? Math.min(max, Math.max(min, n)) : null;
}
