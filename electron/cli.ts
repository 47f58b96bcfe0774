/** Entry of the command line on plain Node: `node out/main/cli.js COMMAND`. */
import { processIo } from './cli/io.ts';
import { runCli } from './cli/run.ts';

const code = await runCli(process.argv.slice(2), processIo(import.meta.dirname));
// Pipes are written in the background on some platforms: the last bytes go first.
process.stdout.write('', () => process.exit(code));
