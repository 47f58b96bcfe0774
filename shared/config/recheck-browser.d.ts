/** The build of `recheck` without child processes or workers, which runs wherever JavaScript does; typed as the package is. */
declare module 'recheck/lib/browser.js' {
  type Recheck = { readonly checkSync: typeof import('recheck').checkSync };
  /** Where CommonJS is read by Node; a bundler may give the names themselves. */
  const recheck: Recheck | undefined;
  export default recheck;
  export const checkSync: Recheck['checkSync'] | undefined;
}
