/** One answer to one message of the page: checked by name and input, carried out, errors as causes. Nothing is thrown. */
import * as v from 'valibot';
import {
  CALLS,
  type Caller,
  type CallName,
  type CallOutput,
  type Handlers,
  isCallName,
  parseInput,
  type Reply,
  SHELL_CALLS,
  type ShellCallInput,
  type ShellCallName,
} from '../../shared/contract/ipc.ts';
import { toCause } from '../../shared/errors.ts';

/** What the shell itself can do for its page. */
export type ShellHandlers = { readonly [N in ShellCallName]: (input: ShellCallInput<N>) => Promise<void> };

/** Answers a call with the host's handlers. */
export async function answerCall(
  handlers: Handlers,
  caller: Caller,
  name: unknown,
  input: unknown,
): Promise<Reply<CallOutput[CallName]>> {
  if (!isCallName(name))
    return refused(`There is no call ${shown(name)}; there are ${Object.keys(CALLS).join(', ')}.`);
  const checked = parseInput(name, input);
  if (!checked.ok) return checked;
  // One handler of many, with the input that was just checked for exactly it.
  const handler = handlers[name] as (input: unknown, caller: Caller) => Promise<CallOutput[CallName]>;
  return attempt(() => handler(checked.value, caller));
}

/** Answers a call that only the shell can answer. */
export async function answerShellCall(handlers: ShellHandlers, name: unknown, input: unknown): Promise<Reply<null>> {
  if (!isShellCall(name)) return refused(`There is no call ${shown(name)}.`);
  const checked = v.safeParse(SHELL_CALLS[name], input);
  if (!checked.success) return refused(`${name}: ${checked.issues[0].message}`);
  const handler = handlers[name] as (input: unknown) => Promise<void>;
  return attempt(async () => {
    await handler(checked.output);
    return null;
  });
}

async function attempt<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toCause(error) };
  }
}

const isShellCall = (name: unknown): name is ShellCallName =>
  typeof name === 'string' && Object.hasOwn(SHELL_CALLS, name);

const refused = (message: string): Reply<never> => ({ ok: false, error: { code: 'bad_input', message, hint: null } });

const shown = (name: unknown) => (typeof name === 'string' ? `“${name.slice(0, 60)}”` : `of type ${typeof name}`);
