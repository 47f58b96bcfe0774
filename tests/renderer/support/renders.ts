/**
 * Which components render: read from React as its own developer tools read it. To be imported before anything that imports
 * React's renderer.
 */
interface Fiber {
  readonly tag: number;
  readonly type: { readonly name?: string } | null;
  readonly flags: number;
  readonly alternate: Fiber | null;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
}

/** Function components, forwarded refs and both sorts of memo. */
const COMPONENTS = new Set([0, 11, 14, 15]);
/** Set on a fiber whose function was called for this commit. */
const PERFORMED_WORK = 1;

let counts = new Map<string, number>();
let commits = 0;
let attached = false;

Object.assign(globalThis, {
  __REACT_DEVTOOLS_GLOBAL_HOOK__: {
    supportsFiber: true,
    inject: () => {
      attached = true;
      return 1;
    },
    onCommitFiberRoot: (_id: number, root: { readonly current: Fiber }) => {
      commits += 1;
      visit(root.current, root.current.alternate);
    },
    onCommitFiberUnmount: () => {},
    onPostCommitFiberRoot: () => {},
  },
});

function visit(next: Fiber, before: Fiber | null): void {
  const { name } = next.type ?? {};
  if (name && COMPONENTS.has(next.tag) && (before === null || (next.flags & PERFORMED_WORK) !== 0))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  if (before !== null && next.child === before.child) return;
  for (let child = next.child; child !== null; child = child.sibling) visit(child, child.alternate);
}

/** What `change` makes React render: how often each component, by its name, and in how many commits. */
export async function rendersOf(
  change: () => Promise<void>,
): Promise<{ readonly components: Readonly<Record<string, number>>; readonly commits: number }> {
  if (!attached) throw new Error('React was loaded before this module: import it first.');
  counts = new Map();
  commits = 0;
  await change();
  return { components: Object.fromEntries(counts), commits };
}
