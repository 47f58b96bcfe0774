/** Every code that a finding about a config file can carry, with what it means. `docs/errors.md` lists the same. */
export const FINDING_CODES = {
  // the text
  not_text: 'The file is not text in UTF-8',
  too_large: 'The file is far larger than any config',
  yaml_syntax: 'The text is not valid YAML',
  yaml_tab: 'A tab is used for indentation, which YAML does not allow',
  yaml_alias: 'An alias (`*name`) points to nothing, to itself, or makes the file explode',
  duplicate_key: 'A key is written twice in the same place',
  empty_file: 'The file has no content',
  // keys and values
  unknown_key: 'There is no such key',
  misplaced_key: 'A key stands where it has no effect',
  missing_key: 'A key that is needed is not there',
  wrong_type: 'A value is of another sort than the key takes',
  bad_value: 'A value is not one of those that the key takes',
  bad_duration: 'Not a duration such as `30s`',
  bad_size: 'Not a size such as `64MiB`',
  bad_name: 'A name has characters or a length that names can’t have',
  newer_version: 'The file is written for a later Stackyard',
  // keys against each other
  key_not_for_kind: 'This kind of engine does not take this key',
  conflicting_keys: 'Two keys contradict each other',
  unknown_engine: 'A name of an engine that is not under `engines`',
  unknown_model: 'A name of a model that is neither under `models` nor an alias nor `engine/model`',
  not_served: 'A model that the engine does not serve',
  loop: 'Names point at each other in a circle',
  duplicate_name: 'Two entries have the same name',
  port_clash: 'Two servers are to listen on one port',
  weights_zero: 'All weights are 0, so that no target would ever be chosen',
  bind_needs_key: 'The gateway is open to the network without a key',
  group_dependency: 'An engine depends on another one of its own group',
  group_clash: 'Two engines of a group are to start with the app',
  no_provider: 'A LiteLLM model without the provider in front of it',
  bad_pattern: 'Not a regular expression that can be used',
  slow_pattern: 'A pattern that can keep the router busy for ever',
  // worth knowing
  no_effect: 'A key that does nothing here',
  secret_in_plain_text: 'A secret is written in the file itself',
  bad_reference: 'Looks like a reference but is none that is known',
  key_not_text: 'A name that YAML reads as a number or another sort than text',
  yaml_warning: 'YAML that may not mean what it seems to',
  // known only on this machine
  env_unset: 'An environment variable that the file refers to is not set',
  secret_unset: 'A secret that the file refers to is not found',
  command_not_found: 'A program is not on PATH',
  path_missing: 'A file or folder does not exist',
  engine_file_invalid: 'An engine’s own config file has an error, and it is not started with it',
} as const satisfies Record<string, string>;

export type FindingCode = keyof typeof FINDING_CODES;
