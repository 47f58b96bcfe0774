import { describe, expect, it } from 'vitest';
import { parseLaunch } from '../../../electron/shell/launch.ts';

describe('parseLaunch', () => {
  it.each([
    [[], { cli: null, hidden: false, config: null, dataDir: null }],
    [['--no-sandbox', '/checkout', '--hidden'], { cli: null, hidden: true, config: null, dataDir: null }],
    [['.', '--config', 'A.yaml', '--data-dir=/D'], { cli: null, hidden: false, config: 'A.yaml', dataDir: '/D' }],
    [['--config=a', '--config=b'], { cli: null, hidden: false, config: 'b', dataDir: null }],
    [['--config'], { cli: null, hidden: false, config: null, dataDir: null }],
    [
      ['/checkout', '--cli', 'status', '--json', '--config', 'x', '--hidden'],
      { cli: ['status', '--json', '--config', 'x', '--hidden'], hidden: false, config: null, dataDir: null },
    ],
    [['--cli'], { cli: [], hidden: false, config: null, dataDir: null }],
  ])('%j', (args, expected) => {
    expect(parseLaunch(args)).toEqual(expected);
  });
});
