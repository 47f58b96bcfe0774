/**
 * Loaded into the router by `NODE_OPTIONS=--require`: samples its CPU till its exit, and writes `router.cpuprofile`
 * into the folder that BENCH_PROFILE names (Chrome's DevTools open it). Node 20 has no flag that NODE_OPTIONS may carry for this.
 */
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { basename, join } = require('node:path');

if (basename(process.argv[1] ?? '') === 'router.js') {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  // µs; the default of 1 ms says little of a request that takes a tenth of it.
  session.post('Profiler.setSamplingInterval', { interval: 200 });
  session.post('Profiler.start');
  process.once('exit', () => {
    session.post('Profiler.stop', (error, stopped) => {
      if (!error)
        writeFileSync(join(process.env.BENCH_PROFILE, 'router.cpuprofile'), JSON.stringify(stopped.profile));
    });
  });
}
