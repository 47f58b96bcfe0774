import { Empty } from '../ui/empty.tsx';

/** The page has no host: it was opened without the token, or with that of an earlier start. Says how to get in. */
export function NoEntry({ stale }: { readonly stale: boolean }) {
  return (
    <main>
      <Empty title={stale ? 'This page is from an earlier start of Stackyard' : 'This page needs its whole address'}>
        Open the address that <code>stackyard serve --ui</code> {stale ? 'printed this time' : 'printed'}; it ends in{' '}
        <code>#token=…</code> and is good until Stackyard ends.
        {stale && ' Conversations and unsaved changes of this tab are kept if you open it here.'}
      </Empty>
    </main>
  );
}
