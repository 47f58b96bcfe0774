import { llamaServer, need, tinyModel } from './tools.ts';

/** A config with one real llama.cpp engine named `llama` and the model `demo`, on any free port. */
export const llamaConfig = ({
  start = 'manual',
  app = '',
}: {
  start?: string;
  app?: string;
} = {}): string => `version: 1
gateway: { port: 0 }
engines:
  llama:
    kind: llama.cpp
    command: ${JSON.stringify(need(llamaServer))}
    model: ${JSON.stringify(need(tinyModel))}
    args: ["-t", "1", "--alias", "tiny"]
    start: ${start}
models:
  demo: { targets: [{ engine: llama, model: tiny }] }
${app}`;
