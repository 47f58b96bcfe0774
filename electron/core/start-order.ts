/** `depends_on` by engine name; a name that is missing here depends on nothing. */
export type Dependencies = Readonly<Record<string, { readonly depends_on: readonly string[] }>>;

/**
 * The wanted engines and all they depend on, each after what it needs, else in the order wanted. Names nobody knows are left
 * out; a circle (an error of `check`) is entered where it is met first, so every engine appears once whatever comes in.
 */
export function startOrder(engines: Dependencies, wanted: readonly string[]): readonly string[] {
  const order = new Set<string>();
  const entered = new Set<string>();
  const visit = (name: string): void => {
    const engine = Object.hasOwn(engines, name) ? engines[name] : undefined;
    if (!engine || entered.has(name)) return;
    entered.add(name);
    for (const needed of engine.depends_on) visit(needed);
    order.add(name);
  };
  for (const name of wanted) visit(name);
  return [...order];
}

/** The given engines, each before what it needs, so that nothing loses what it leans on while it still works. */
export function stopOrder(engines: Dependencies, names: readonly string[]): readonly string[] {
  const given = new Set(names);
  return startOrder(engines, names)
    .filter((name) => given.has(name))
    .reverse();
}

/** A circle of `depends_on` as `[a, b, a]`; `null` when there is none. */
export function dependencyCircle(engines: Dependencies): readonly string[] | null {
  const done = new Set<string>();
  const walk = (name: string, trail: readonly string[]): readonly string[] | null => {
    const at = trail.indexOf(name);
    if (at >= 0) return [...trail.slice(at), name];
    if (done.has(name) || !Object.hasOwn(engines, name)) return null;
    done.add(name);
    for (const needed of engines[name]?.depends_on ?? []) {
      const circle = walk(needed, [...trail, name]);
      if (circle) return circle;
    }
    return null;
  };
  for (const name of Object.keys(engines)) {
    const circle = walk(name, []);
    if (circle) return circle;
  }
  return null;
}
