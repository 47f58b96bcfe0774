import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { freePort } from '../lib/free-port.mjs';

/**
 * Writes the demo's config: one llama.cpp engine that starts with the app, one model, and a gateway on a free port.
 *
 * @param {{ configFile: string, llamaServer: string, model: string }} demo
 */
export async function writeDemoConfig({ configFile, llamaServer, model }) {
  const quoted = JSON.stringify; // a JSON string is a YAML string
  const text = `# Written by \`npm run demo\`, anew each time.
version: 1
gateway:
  port: ${await freePort()}
engines:
  llama:
    kind: llama.cpp
    command: ${quoted(llamaServer)}
    model: ${quoted(model)}
    args: ["-t", "1", "--alias", "tiny"]
    start: with-app
models:
  demo:
    targets:
      - { engine: llama, model: tiny }
`;
  mkdirSync(dirname(configFile), { recursive: true });
  writeFileSync(configFile, text);
}
