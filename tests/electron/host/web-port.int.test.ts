/** The port of the page for browsers, over starts. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepWebPort, lastWebPort } from '../../../electron/host/web-port.ts';
import { freePort } from '../../support/ports.ts';
import { tempFolder } from '../../support/tmp.ts';

it('is that of the last start while it is free, else any', async () => {
  const data = tempFolder();
  expect(await lastWebPort(data)).toBe(0);
  const port = await freePort();
  await keepWebPort(data, port);
  expect(await lastWebPort(data)).toBe(port);

  const other = createServer();
  await once(other.listen(port, '127.0.0.1'), 'listening');
  expect(await lastWebPort(data)).toBe(0);
  other.close();
});

it.each(['', '{}', 'null', '{"port":"8080"}', '{"port":-1}', '{"port":70000}', '{"port":1.5}'])(
  'is any when the file holds %j',
  async (text) => {
    const data = tempFolder();
    writeFileSync(join(data, 'web-ui.json'), text);
    expect(await lastWebPort(data)).toBe(0);
  },
);

it('is not kept where nothing can be written, and that is no error', async () => {
  const data = tempFolder();
  mkdirSync(join(data, 'web-ui.json'));
  await keepWebPort(data, 4711);
  expect(await lastWebPort(data)).toBe(0);
});
