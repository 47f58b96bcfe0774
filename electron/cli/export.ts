/** `stackyard export`: our config as LiteLLM's, and the settings of apps that are to use the gateway. Needs no host. */
import { Argument, type Command } from 'commander';
import { appSettings, CLIENT_APPS, type ClientApp } from '../../shared/client-apps.ts';
import { GATEWAY_KEY, generateLitellm, MASTER_KEY } from '../../shared/config/litellm-generate.ts';
import type { Config } from '../../shared/config/schema.ts';
import { StackyardError } from '../../shared/errors.ts';
import { checkConfigFile } from './check-file.ts';
import { action, call, nameArgument, type Registered, type Run } from './command.ts';
import { plain } from './words.ts';
import { writeOut } from './write-out.ts';

interface Options {
  readonly out?: string;
  readonly model?: string;
}

export function registerExport(program: Command, registered: Registered): void {
  program
    .command('export')
    .description('Write a config for a LiteLLM proxy with the same routes, or an app’s settings for the gateway.')
    .addArgument(new Argument('<for>', 'whom it is for').choices(['litellm', ...CLIENT_APPS]))
    .option('-o, --out <file>', 'write it there instead of to stdout')
    .option('--model <id>', 'the model that an app is to ask for; default: the first one', nameArgument)
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, target: 'litellm' | ClientApp, { out, model }: Options) => {
        const config = await readConfig(run);
        const base = await gatewayBase(run, config);
        const needsKey = config.gateway.api_keys.length > 0;
        if (target === 'litellm') {
          const { text, names } = generateLitellm(config, base, { needsKey });
          if (names.length === 0)
            throw new StackyardError('config_invalid', 'There is no route for LiteLLM: `models:` has no target.', {
              hint: 'Add one under `models:`.',
            });
          await writeOut(run, text, out);
          if (run.json) run.document({ for: target, text, names });
          const needed = needsKey ? `${MASTER_KEY} and ${GATEWAY_KEY} (a key of the gateway)` : MASTER_KEY;
          run.say(`Run it with ${needed} set: litellm --config ${plain(out ?? 'FILE')} --port PORT`);
          return 0;
        }
        const wanted = model ?? Object.keys(config.models)[0] ?? Object.keys(config.aliases)[0] ?? 'MODEL';
        const settings = appSettings(target, { base, model: wanted, needsKey });
        const text = `${settings.text}\n`;
        await writeOut(run, text, out);
        if (run.json) run.document({ for: target, text, where: settings.where, model: wanted });
        run.say(`For ${settings.title}: ${settings.where}.`);
        return 0;
      }),
    );
}

async function readConfig(run: Run): Promise<Config> {
  const { config, findings } = await checkConfigFile(run.paths.config, run.io);
  if (config !== null) return config;
  const first = findings.find((one) => one.severity === 'error');
  throw new StackyardError('config_invalid', `${run.paths.config} has errors: ${first?.message ?? ''}`);
}

/** Where the gateway listens now, else where the config says that it will. */
async function gatewayBase(run: Run, config: Config): Promise<string> {
  const host = await run.hostIfAny();
  const url = host === null ? null : (await call(host, 'snapshot.get', {})).gateway.url;
  if (url !== null) return `${url}/v1`;
  const { host: address, port } = config.gateway;
  if (port === 0)
    throw new StackyardError(
      'no_host',
      'The gateway takes any free port, so its address is known only while it runs.',
    );
  const named = /^(?:0\.0\.0\.0|::)$/.test(address) ? '127.0.0.1' : address;
  return `http://${named.includes(':') ? `[${named}]` : named}:${port}/v1`;
}
