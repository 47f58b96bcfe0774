/** As kills.int.test.ts, for the engines that the test machines have only as stand-ins. */
import { it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { expectToSurviveKills } from '../../support/kills.ts';
import { emptyModel, type StandInKind, standIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';

const config = (kind: StandInKind, model: string | null) => `version: 1
gateway: { port: 0 }
engines:
  one:
    kind: ${kind}
    mode: managed
    command: ${JSON.stringify(standIn(kind))}
    ${model === null ? '' : `model: ${JSON.stringify(model)}`}
    env: { STAND_IN_FAULTS: "pace=10,tokens=30" }
    restart: { max: 25, window: 10m, backoff: 20ms }
`;

describeNeeding(['linux'], 'a stand-in engine that is killed under traffic', () => {
  it.each([
    ['ollama', null, 'tiny:latest'],
    ['vllm', 'stand-in/model', 'stand-in/model'],
    ['llama-cpp-python', emptyModel(), 'stand-in'],
  ] as const)('%s is ready again after each of 20 kills; every request ends', async (kind, file, model) => {
    const host = await startTestHost(config(kind, file));
    await expectToSurviveKills(host, { engine: 'one', model: `one/${model}`, kills: 20 });
  });
});
