/**
 * Every error is a row: what people and programs rely on is the code, everything else is derived from it here.
 * `docs/errors.md` lists the same rows; a test holds the two together.
 */

export interface ErrorRow {
  /** What happened, in a few words; no full stop. */
  readonly title: string;
  /** What to do; `null` when it depends on the case. */
  readonly hint: string | null;
  /** HTTP status when the gateway answers with it; `null` when it never reaches HTTP. */
  readonly status: number | null;
}

const row = (title: string, status: number | null = null, hint: string | null = null): ErrorRow => ({
  title,
  hint,
  status,
});

export const ERRORS = {
  // made by the gateway (contract: HTTP)
  invalid_request: row('The request could not be read', 400),
  invalid_api_key: row('No valid API key', 401, 'Send `Authorization: Bearer KEY` with a key from gateway.api_keys.'),
  model_not_allowed: row('This key may not use this model', 403, 'Add the model to the key’s `models` list.'),
  host_not_allowed: row('This Host header is not accepted', 403, 'Add the name to gateway.allowed_hosts.'),
  origin_not_allowed: row(
    'This web page may not call the gateway',
    403,
    'Add the page’s origin to gateway.cors_origins.',
  ),
  model_not_found: row('No such model', 404, 'GET /v1/models lists every name that resolves.'),
  not_found: row('No such path', 404),
  method_not_allowed: row('This path needs another method', 405),
  body_too_large: row('The request body is too large', 413, 'Raise gateway.max_body, or send less.'),
  rate_limited: row('The rate limit of this key is reached', 429, 'Try again after the time in Retry-After.'),
  queue_full: row(
    'Too many requests are waiting',
    429,
    'Try again after the time in Retry-After, or raise routing.queue.max_waiting.',
  ),
  too_many_connections: row('Too many connections are open', 503, 'Close some, or raise gateway.max_connections.'),
  not_supported_by_engine: row('No engine of this model speaks this protocol', 501),
  upstream_error: row(
    'The engine failed while answering',
    502,
    'Look into the engine’s log: `stackyard logs ENGINE`.',
  ),
  engine_held: row('The engine was stopped by you', 503, 'Start it from the tray or with `stackyard up`.'),
  engine_failed: row('The engine could not be started', 503, 'See its cause in `stackyard status` and its log.'),
  engine_stopped: row('The engine is stopped and starts only by hand', 503, 'Start it with `stackyard up ENGINE`.'),
  group_held: row('Another engine of the group is in use and must not be stopped', 503),
  cooling: row('All targets are cooling down after failures', 503, 'Try again after the time in Retry-After.'),
  body_budget: row('Too many request bodies are being kept', 503, 'Try again later, or raise gateway.body_budget.'),
  wait_timeout: row('No engine became ready in time', 503, 'Try again later, or raise routing.queue.max_wait.'),
  context_too_small: row('The prompt does not fit into the model’s context', 400),
  secret_unavailable: row('A secret that the engine needs can’t be resolved', 503),
  upstream_timeout: row(
    'The engine did not answer in time',
    504,
    'Raise routing.timeouts, or look into the engine’s log.',
  ),
  // about engines
  exited: row('The process ended unexpectedly'),
  spawn_failed: row('The process could not be started'),
  command_not_found: row('The command is not on PATH', null, 'Install it, or give its full path as `command`.'),
  dependency_failed: row('An engine that this one needs is not there', null, 'See that engine’s cause.'),
  memory_limit: row(
    'The engine uses more than max_memory',
    null,
    'Raise max_memory, or use a smaller model or context.',
  ),
  port_busy: row('The port is taken', null, 'Stop its holder, or give the engine another port.'),
  takeover_refused: row('The engine can’t be taken over', null, 'Stop it where it was started.'),
  unit_missing: row('The systemd unit does not exist', null, 'Check `unit`; see `systemctl --user list-unit-files`.'),
  systemd_unavailable: row('The user’s systemd can’t be reached', null, 'Use `manager: process`.'),
  ready_timeout: row('The engine did not become ready in time', null, 'Raise ready_timeout, or look into the log.'),
  probe_failed: row('The engine does not answer its health probe'),
  unreachable: row('Nothing answers at the engine’s address'),
  survivors: row('Processes of a stopped engine are still there', null, 'End them by hand; their pids are listed.'),
  model_file_missing: row('The model file does not exist', null, 'Check `model` and its path.'),
  model_file_broken: row('The model file can’t be read as a model', null, 'Download it again.'),
  unknown_argument: row(
    'The engine does not know one of its arguments',
    null,
    'Check `args` against the engine’s own help.',
  ),
  invalid_argument: row(
    'The engine does not accept the value of one of its arguments',
    null,
    'Correct it in `args`.',
  ),
  model_unsupported: row('The engine does not know this kind of model', null, 'Update the engine.'),
  model_repo_missing: row('There is no such model to download', null, 'Check `model`.'),
  model_repo_gated: row(
    'The model is given only to users who accepted its terms',
    null,
    'Accept them on its page, and set your token in the engine’s `env`.',
  ),
  download_failed: row('The model could not be downloaded', null, 'Check the connection.'),
  cuda_missing: row('The engine can’t use the GPU', null, 'Check the driver, and that the engine was built for it.'),
  cpu_unsupported: row('The engine was built for another processor', null, 'Install a build for this processor.'),
  library_missing: row('A library that the engine needs is missing', null, 'Install it, or reinstall the engine.'),
  python_wrong: row(
    'The engine is not installed in the Python that ran',
    null,
    'Set `command` to the program of the right environment.',
  ),
  engine_config_invalid: row('The engine’s own config has an error', null, 'Correct it in that file.'),
  disk_full: row('The disk is full', null, 'Free some space, then start it again.'),
  out_of_memory: row('Not enough memory', null, 'Unload something, or use a smaller model or context.'),
  permission_denied: row('Permission denied'),
  install_needed: row(
    'The engine is not installed',
    null,
    'Install it on its page in the window, or with `stackyard up ENGINE --yes`.',
  ),
  install_failed: row(
    'The engine could not be installed',
    null,
    'Check the connection and the free space, then try again.',
  ),
  release_refused: row(
    'This release is known to be harmful',
    null,
    'Uninstall it, and change every password and key that was on this machine while it was installed.',
  ),
  python_missing: row('There is no Python that could be used', null, 'Install Python 3.10 or later with venv.'),
  engine_unsupported: row('Stackyard can’t run this kind of engine this way', null),
  // about the host, config and commands
  gateway_port_in_use: row('The gateway’s port is taken', null, 'Stop its holder, or change gateway.port.'),
  gateway_bind_failed: row('The gateway’s address can’t be bound', null, 'Check gateway.host.'),
  router_failed: row('The router process keeps dying', null, 'See router.log in the data folder.'),
  config_missing: row('There is no config file'),
  config_unreadable: row('The config file can’t be read'),
  config_invalid: row('The config file has errors', null, '`stackyard check` shows each at its line.'),
  config_conflict: row('The config file was changed meanwhile', null, 'Look at the change, then apply again.'),
  config_write_failed: row('The config file can’t be written'),
  unknown_version: row('No such version of the config file', null, '`stackyard history` lists those that are kept.'),
  unknown_engine: row('No engine of that name'),
  unknown_model: row('No model of that name'),
  unknown_job: row('No such job', null, 'It may have been dismissed, or Stackyard was started anew.'),
  external_engine: row(
    'The engine is run by somebody else',
    null,
    'Stackyard only uses it; stop it where it was started.',
  ),
  no_model_list: row('The server has no list of models'),
  not_loadable: row('This engine can’t load or unload single models'),
  load_failed: row('The model could not be loaded', null, 'See the engine’s log.'),
  pull_unsupported: row('Stackyard can’t get models for this engine'),
  download_denied: row('The server does not give the file to us'),
  checksum_mismatch: row('The file is not the one it should be', null, 'Check the checksum, or download it again.'),
  not_a_model: row('What the server sent is not a model', null, 'Check the address in a browser.'),
  file_exists: row('A file of that name is there already', null, 'Move it away, or use it as it is.'),
  no_host: row('Stackyard is not running', null, 'Start it with `stackyard serve` or open the app.'),
  host_running: row('Stackyard already runs for this data folder', null, 'Use that one, or give another --data-dir.'),
  bad_input: row('The command was called with something it can’t take'),
  timeout: row('It took longer than allowed'),
  cancelled: row('It was overtaken by a later command'),
  internal: row('Something went wrong inside Stackyard', 500, 'Please report it with the log.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** The `type` field of an OpenAI error body for an HTTP status. */
export function openaiErrorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** An expected failure that carries its code across rooms; recognised by `code`, never by `instanceof`. */
export class StackyardError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  constructor(code: ErrorCode, message: string, options: { hint?: string | null; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StackyardError';
    this.code = code;
    this.hint = options.hint === undefined ? ERRORS[code].hint : options.hint;
  }
}

/** Any thrown thing as a plain `{code, message, hint}` that can cross a process boundary. */
export function toCause(error: unknown): { code: ErrorCode; message: string; hint: string | null } {
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'string' && Object.hasOwn(ERRORS, code)) {
      const hint = (error as { hint?: unknown }).hint;
      return { code: code as ErrorCode, message: error.message, hint: typeof hint === 'string' ? hint : null };
    }
    return { code: 'internal', message: error.message, hint: ERRORS.internal.hint };
  }
  return { code: 'internal', message: String(error), hint: ERRORS.internal.hint };
}
