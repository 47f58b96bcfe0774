import { expect, it } from 'vitest';
import type { Events } from '../../../../shared/contract/ipc.ts';
import type { GpuSample } from '../../../../shared/gpu.ts';
import { startTestHost } from '../../../support/host.ts';
import { until } from '../../../support/until.ts';

it('a host tells this machine’s cards to who asks, and goes on for who watches', async () => {
  const { host, call } = await startTestHost('version: 1\ngateway: { port: 0 }\n');
  const sample = await call('gpu.get', {});
  const vendors = { linux: ['nvidia', 'amd', 'intel'], darwin: ['apple'], win32: ['nvidia', 'windows'] };
  expect(sample.sources.map(({ vendor }) => vendor)).toEqual(vendors[process.platform as keyof typeof vendors]);
  for (const { gpu } of sample.processes) expect(sample.gpus.map(({ uuid }) => uuid)).toContain(gpu);
  for (const { uuid } of sample.gpus) expect(await call('gpu.history', { gpu: uuid, span: 'hour' })).not.toEqual([]);
  expect(await call('gpu.history', { gpu: 'no such card', span: 'week' })).toEqual([]);
  const seen: GpuSample[] = [];
  const partings: (() => void)[] = [];
  const watcher = {
    id: 'watcher',
    from: 'cli' as const,
    onGone: (listener: () => void) => void partings.push(listener),
    emit: (event: keyof Events, payload: Events[keyof Events]) => {
      if (event === 'gpu') seen.push(payload as GpuSample);
    },
  };
  await host.handlers['gpu.watch']({ on: true }, watcher);
  await until('three samples', () => seen.length >= 3);
  for (const leave of partings) leave();
  expect(JSON.stringify(host.snapshot())).not.toContain('"gpus"');
});
