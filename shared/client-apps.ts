/** Settings of well-known apps that make them use the gateway, ready to paste: a table of small functions. Pure. */

export const CLIENT_APPS = ['open-webui', 'continue', 'aider', 'claude-code', 'codex', 'env'] as const;
export type ClientApp = (typeof CLIENT_APPS)[number];

export interface AppSettings {
  readonly title: string;
  readonly language: 'sh' | 'yaml' | 'toml';
  /** Where it goes. */
  readonly where: string;
  readonly text: string;
}

export interface Connection {
  /** With `/v1`. */
  readonly base: string;
  readonly model: string;
  /** Whether the gateway asks for a key; it is never written out. */
  readonly needsKey: boolean;
}

/** The settings of one app. */
export function appSettings(app: ClientApp, connection: Connection): AppSettings {
  return APPS[app]({ ...connection, key: connection.needsKey ? 'YOUR_KEY' : 'none' });
}

type Make = (connection: Connection & { readonly key: string }) => AppSettings;

const APPS: Readonly<Record<ClientApp, Make>> = {
  // docs.openwebui.com/getting-started/env-configuration
  'open-webui': ({ base, model, key }) => ({
    title: 'Open WebUI',
    language: 'sh',
    where: 'the environment that `open-webui serve` is started in',
    text: variables({ OPENAI_API_BASE_URL: base, OPENAI_API_KEY: key, DEFAULT_MODELS: model }),
  }),
  // docs.continue.dev/reference
  continue: ({ base, model, key }) => ({
    title: 'Continue',
    language: 'yaml',
    where: '~/.continue/config.yaml',
    text: `name: Stackyard
version: 1.0.0
schema: v1
models:
  - name: ${quoted(model)}
    provider: openai
    model: ${quoted(model)}
    apiBase: ${quoted(base)}
    apiKey: ${quoted(key)}
    roles: [chat, edit, apply]`,
  }),
  // aider.chat/docs/llms/openai-compat.html: the name begins with the protocol.
  aider: ({ base, model, key }) => ({
    title: 'Aider',
    language: 'yaml',
    where: '.aider.conf.yml, in the project or in your home folder',
    text: `model: ${quoted(`openai/${model}`)}\nopenai-api-base: ${quoted(base)}\nopenai-api-key: ${quoted(key)}`,
  }),
  // docs.claude.com/en/docs/claude-code/llm-gateway; it adds /v1/messages itself.
  'claude-code': ({ base, model, key }) => ({
    title: 'Claude Code',
    language: 'sh',
    where: 'the environment that `claude` is started in',
    text: variables({
      ANTHROPIC_BASE_URL: base.replace(/\/v1$/, ''),
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: model,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    }),
  }),
  // developers.openai.com/codex/config-reference: `responses` is the only protocol that it takes.
  codex: ({ base, model, needsKey }) => ({
    title: 'Codex',
    language: 'toml',
    where: '~/.codex/config.toml (the engine must have /v1/responses, as llama.cpp, vLLM and Ollama do)',
    text: `model = ${quoted(model)}
model_provider = "stackyard"

[model_providers.stackyard]
name = "Stackyard"
base_url = ${quoted(base)}
wire_api = "responses"${needsKey ? '\nenv_key = "STACKYARD_API_KEY"' : ''}`,
  }),
  env: ({ base, key }) => ({
    title: 'Environment',
    language: 'sh',
    where: 'the environment of any program that uses OpenAI’s library',
    text: variables({ OPENAI_BASE_URL: base, OPENAI_API_KEY: key }),
  }),
};

const variables = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `export ${name}=${shellWord(value)}`)
    .join('\n');

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Text in double quotes as YAML and TOML both read it. */
const quoted = (text: string): string => JSON.stringify(text);
