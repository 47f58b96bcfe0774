/** What only the machine knows about a config: set variables, secrets, programs, files. Warnings, never errors. */
import type { Finding } from '../model.ts';
import { locator } from './locate.ts';
import { readYaml } from './parse.ts';
import { references, secretVariable } from './references.ts';
import { clip, finding } from './report.ts';
import { type Config, defaultCommand, type EngineConfig } from './schema.ts';
import { configTexts } from './secrets-in-text.ts';

/** Answers of the machine; the host knows how to find them. */
export interface EnvironmentFacts {
  /** Whether an environment variable is set. */
  readonly env: (name: string) => boolean;
  /** Whether one of the sources of secrets has this name. */
  readonly secret: (name: string) => boolean;
  /** Whether a command, a name for PATH or a path, can be run. */
  readonly commandExists: (command: string) => boolean;
  /** Whether a file or folder exists; the path is as written (`~`, relative to the config's folder). */
  readonly pathExists: (path: string) => boolean;
  /** What is wrong with a LiteLLM file, errors only; empty when it is not there. The path is as written. */
  readonly litellmErrors: (path: string) => readonly Finding[];
}

/** Warnings about what a valid config needs and this machine lacks. `text` is the text that `config` was read from. */
export function environmentFindings(config: Config, text: string, facts: EnvironmentFacts): readonly Finding[] {
  const at = locator(text, readYaml(text));
  const warning = { severity: 'warning' } as const;
  const out: Finding[] = [];
  for (const { text: value, path } of configTexts(config)) {
    for (const one of references(value).found) {
      if (one.kind === 'env' && !facts.env(one.name)) {
        const message = `The environment variable ${one.name} is not set.`;
        out.push(finding(at, 'env_unset', path, message, 'Set it before Stackyard starts.', warning));
      }
      if (one.kind === 'secret' && !facts.secret(one.name)) {
        const hint = `Set ${secretVariable(one.name)}, or add \`${one.name}:\` to secrets.yaml beside this file.`;
        out.push(finding(at, 'secret_unset', path, `The secret \`${one.name}\` is not found.`, hint, warning));
      }
    }
  }
  for (const [name, engine] of Object.entries(config.engines)) {
    if (engine.mode === 'external' || engine.manager === 'systemd') continue;
    // LiteLLM needs not be there: Stackyard offers to install it when it is started.
    const command = engine.command ?? (engine.kind === 'litellm' ? null : defaultCommand(engine.kind));
    if (command !== null && known(command) && !facts.commandExists(command)) {
      const message = `The program \`${clip(command)}\` of engine \`${name}\` is not found.`;
      const hint = engine.command === null ? 'Install it, or give its full path as `command`.' : 'Check `command`.';
      out.push(finding(at, 'command_not_found', ['engines', name, 'command'], message, hint, warning));
    }
    if (engine.kind === 'litellm' && engine.config !== null && known(engine.config)) {
      for (const one of facts.litellmErrors(engine.config)) {
        const message = `${clip(engine.config)}:${one.line}:${one.column}: ${one.message}`;
        out.push(finding(at, 'engine_file_invalid', ['engines', name, 'config'], message, one.hint, warning));
      }
    }
    for (const { key, path } of neededPaths(engine)) {
      if (!known(path) || facts.pathExists(path)) continue;
      const message = `\`${clip(path)}\` does not exist.`;
      out.push(finding(at, 'path_missing', ['engines', name, key], message, `Check \`${key}\`.`, warning));
    }
  }
  return out.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** A text with references can't be judged before they are replaced. */
const known = (text: string): boolean => references(text).found.length === 0;

function neededPaths(
  engine: EngineConfig,
): { key: 'model' | 'models_dir' | 'preset' | 'config' | 'cwd'; path: string }[] {
  return (['model', 'models_dir', 'preset', 'config', 'cwd'] as const).flatMap((key) => {
    const path = engine[key];
    // vLLM takes `org/name` from Hugging Face as well as a folder
    if (path === null || (key === 'model' && engine.kind === 'vllm' && !/^(?:[~.]{0,2}\/|[A-Za-z]:)/.test(path)))
      return [];
    return [{ key, path }];
  });
}
