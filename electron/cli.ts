/** Entry of the command line on plain Node: `node out/main/cli.js COMMAND`. */
import { processIo } from './cli/io.ts';
import { runCli } from './cli/run.ts';

const io = processIo(import.meta.dirname);

// `stackyard logs | head` closes the pipe early; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const code = await runCli(process.argv.slice(2), io);
// Pipes are written in the background on some platforms: the last bytes go first.
process.stdout.write('', () => process.exit(code));
