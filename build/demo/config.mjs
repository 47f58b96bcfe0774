import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

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

/** @returns {Promise<number>} a port of 127.0.0.1 that was free a moment ago */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
