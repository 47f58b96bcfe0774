/**
 * What a click means. Every function sends one intent and lets the owner decide; the answer that matters comes back as a
 * snapshot. A failure becomes a notice on the page, a success that can't be seen a toast.
 */
import { setValue } from '../shared/config/edit.ts';
import type { CallInput, CallName, CallOutput, EngineOutcome } from '../shared/contract/ipc.ts';
import type { Cause } from '../shared/model.ts';
import { bridge } from './bridge.ts';
import { plural } from './format.ts';
import { dismiss, notify } from './notices.ts';
import { toast } from './ui/toasts.ts';

/** Calls the host; `null` when it failed, and then the failure stands on the page as `about`. */
export async function attempt<N extends CallName>(
  about: string,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput[N] | null> {
  const reply = await bridge().call(name, input);
  if (reply.ok) {
    dismiss(about);
    return reply.value;
  }
  notify(about, reply.error);
  return null;
}

const outcomes = (about: string, list: readonly EngineOutcome[] | null): boolean => {
  const bad = list?.filter((o) => !o.ok && o.cause) ?? [];
  for (const o of bad) if (o.cause) notify(`${about} ${o.engine}`, o.cause);
  return list !== null && bad.length === 0;
};

/** "Stack on": ends all holds and starts what starts with the stack. "Stack off": stops and holds every managed engine. */
export async function switchStack(on: boolean): Promise<void> {
  const about = on ? 'Start the stack' : 'Stop the stack';
  outcomes(about, await attempt(about, on ? 'engines.start' : 'engines.stop', { names: [], wait_ms: null }));
}

export async function startEngine(name: string): Promise<void> {
  outcomes('Start', await attempt(`Start ${name}`, 'engines.start', { names: [name], wait_ms: null }));
}

export async function stopEngine(name: string): Promise<void> {
  outcomes('Stop', await attempt(`Stop ${name}`, 'engines.stop', { names: [name], wait_ms: null }));
}

export async function restartEngine(name: string): Promise<void> {
  outcomes('Restart', await attempt(`Restart ${name}`, 'engines.restart', { names: [name], wait_ms: null }));
}

/** Ends the server that somebody else runs for an engine, as the person was told, and starts our own. */
export async function takeOverEngine(name: string, pid: number | null): Promise<void> {
  const about = `Take over ${name}`;
  outcomes('Start', await attempt(about, 'engine.takeover', { engine: name, pid, wait_ms: null }));
}

/** Writes another port for an engine into the config file and applies it. */
export async function setPort(name: string, port: number): Promise<void> {
  const done = await writeSetting(`Set the port of ${name}`, ['engines', name, 'port'], port);
  if (done) toast(`${name} now has port ${port}`);
}

/**
 * Writes one value into the config file and applies it; the rest of the file stays as it is. A file that holds changes which
 * do not run yet is left alone: they would be applied too. Whether it was done; if not, why stands on the page as `about`.
 */
export async function writeSetting(
  about: string,
  path: readonly string[],
  value: string | number | boolean,
): Promise<boolean> {
  const file = await attempt(about, 'config.read', {});
  if (!file) return false;
  const refused = (code: Cause['code'], message: string, hint: string | null) => {
    notify(about, { code, message, hint });
    return false;
  };
  const line = `${path.at(-1)}: ${value}`;
  if (file.running_revision !== null && file.revision !== file.running_revision) {
    const message = 'The config file holds changes that were not applied yet; this would apply them too.';
    return refused('config_write_failed', message, 'Apply or discard them on the Config page first.');
  }
  const edited = setValue(file.text, path, value);
  if (edited.readonly) {
    const message = `Line ${edited.line} of the config can’t be changed from here: ${edited.reason}`;
    return refused('config_write_failed', message, `Write \`${line}\` there yourself.`);
  }
  const done = await attempt(about, 'config.apply', { text: edited.text, if_revision: file.revision });
  if (done === null || done.applied) return done !== null;
  const error = done.findings.find((finding) => finding.severity === 'error');
  return error === undefined ? false : refused('config_invalid', error.message, error.hint);
}

/** A pinned engine is not stopped for being idle, for another one of its group, or to free memory. */
export async function pinEngine(name: string, on: boolean): Promise<void> {
  await attempt(`${on ? 'Pin' : 'Unpin'} ${name}`, 'engines.pin', { name, on });
}

export async function loadModel(model: string, engine: string | null): Promise<void> {
  outcomes(`Load ${model} on`, await attempt(`Load ${model}`, 'model.load', { model, engine }));
}

export async function unloadModel(model: string, engine: string | null): Promise<void> {
  const done = await attempt(`Unload ${model}`, 'model.unload', { model, engine });
  if (outcomes(`Unload ${model} on`, done)) toast(`Unloaded ${model}`);
}

/** Proves these models, all with none; stopped engines stay stopped. What came of it is told by the host's `verify` events. */
export async function verifyModels(models: readonly string[]): Promise<void> {
  const run = await attempt('Verify', 'verify.run', { models: [...models], via: null, wake: false });
  if (!run) return;
  const parts = [
    run.passed > 0 ? `${run.passed} passed` : '',
    run.failed > 0 ? `${run.failed} failed` : '',
    run.skipped > 0 ? `${run.skipped} skipped` : '',
  ].filter(Boolean);
  toast(parts.length === 0 ? 'There was nothing to verify' : `Verified: ${parts.join(', ')}`);
}

/** Lets a target that cools down return at once: `ENGINE/MODEL`, or all. */
export async function clearCooldowns(target: string | null): Promise<void> {
  await attempt('Clear the cooldown', 'cooldowns.clear', { target });
}

/** Ends a job; what it has so far is kept. */
export async function cancelJob(id: string, title: string): Promise<void> {
  await attempt(`Cancel ${title}`, 'job.cancel', { id });
}

/** Does a failed or cancelled job again, from where it was. */
export async function retryJob(id: string, title: string): Promise<void> {
  await attempt(`Try ${title} again`, 'job.retry', { id });
}

/** Takes an ended job off the list, with what an unfinished one had kept. */
export async function dismissJob(id: string, title: string): Promise<void> {
  await attempt(`Dismiss ${title}`, 'job.dismiss', { id });
}

/** Unloads models and stops idle engines, without a hold; says what was freed and what had to stay. */
export async function freeMemory(): Promise<void> {
  const done = await attempt('Free GPU memory', 'memory.free', {});
  if (!done) return;
  const parts = [
    done.unloaded.length > 0 ? `unloaded ${plural(done.unloaded.length, 'model')}` : '',
    done.stopped.length > 0 ? `stopped ${done.stopped.join(', ')}` : '',
    done.kept.length > 0 ? `kept ${done.kept.map((k) => `${k.name} (${k.why})`).join(', ')}` : '',
  ].filter(Boolean);
  const text = parts.join('; ');
  toast(text === '' ? 'Nothing was in memory' : text.charAt(0).toUpperCase() + text.slice(1));
}

/** Puts text on the clipboard and says so. */
export async function copy(text: string, what: string): Promise<void> {
  const reply = await bridge().shell('shell.copy', { text });
  if (reply.ok) toast(`Copied ${what}`);
  else notify(`Copy ${what}`, reply.error);
}
