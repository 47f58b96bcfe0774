/** Every page's main job on one stack: what each of the four files runs, in its place and with its hand. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, it, onTestFailed } from 'vitest';
import { describeNeeding, top } from '../../support/tools.ts';
import { configJob } from './config.ts';
import { enginesJob } from './engines.ts';
import { everywhereJob } from './everywhere.ts';
import { failedEngineJob } from './failed-engine.ts';
import { keysJob } from './keys.ts';
import { modelsJob } from './models.ts';
import { overviewJob } from './overview.ts';
import { playgroundJob } from './playground.ts';
import { requestsJob } from './requests.ts';
import { type By, openStack, type Stack, type Where } from './stack.ts';

const JOBS: Readonly<Record<string, (stack: Stack) => Promise<void>>> = {
  Overview: overviewJob,
  Models: modelsJob,
  Engines: enginesJob,
  Requests: requestsJob,
  Playground: playgroundJob,
  Config: configJob,
  'Failed engine': failedEngineJob,
  'Palette and shortcuts': everywhereJob,
};

/** Declares the jobs as tests over one start of the stack. */
export function pageJobs(where: Where, by: By): void {
  const place = where === 'app' ? (['electron', 'display', 'linux'] as const) : (['chromium'] as const);
  describeNeeding(['llama-server', ...place], `each page’s job, in the ${where}, by ${by}`, () => {
    let stack: Stack;
    beforeAll(async () => {
      stack = await openStack(where, by);
    });
    afterEach(() => stack.hand.check());
    afterAll(() => stack?.close());

    it.each(Object.entries({ ...JOBS, ...(by === 'keyboard' && { Keys: keysJob }) }))('%s', async (name, job) => {
      onTestFailed(async () => {
        const file = `failed-${where}-${by}-${name.split(' ')[0]?.toLowerCase()}.png`;
        await stack.page.screenshot({ path: join(top, '.cache/screenshots', file) }).catch(() => {});
        // what is still open would be in the way of the next one
        await stack.page.reload();
        await stack.page.getByRole('navigation', { name: 'Main' }).waitFor();
      });
      await job(stack);
    });
  });
}
