/** How the app was started: our own words among those that Electron and Chromium take. */
export interface Launch {
  /** The words after `--cli`: a command of the command line, no window; `null` = the app. */
  readonly cli: readonly string[] | null;
  readonly hidden: boolean;
  readonly config: string | null;
  readonly dataDir: string | null;
}

/**
 * Reads `process.argv.slice(1)`. Not by `app.commandLine`, which lower-cases values since Electron 36. Unknown words are
 * Chromium's, or the app's folder in development, and are passed over.
 */
export function parseLaunch(args: readonly string[]): Launch {
  const cli = args.indexOf('--cli');
  const own = cli < 0 ? args : args.slice(0, cli);
  return {
    cli: cli < 0 ? null : args.slice(cli + 1),
    hidden: own.includes('--hidden'),
    config: wordAfter(own, '--config'),
    dataDir: wordAfter(own, '--data-dir'),
  };
}

/** `--flag VALUE` or `--flag=VALUE`; the last one counts. */
function wordAfter(args: readonly string[], flag: string): string | null {
  let value: string | null = null;
  args.forEach((arg, i) => {
    if (arg.startsWith(`${flag}=`)) value = arg.slice(flag.length + 1);
    else if (arg === flag) value = args[i + 1] ?? null;
  });
  return value || null;
}
