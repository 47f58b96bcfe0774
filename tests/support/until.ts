const EVERY_MS = 25;

/**
 * Asks again and again until the answer is truthy, and gives it. The deadline is no expectation of speed: make it at least
 * ten times what is usual. An error counts as "not yet".
 *
 * @throws Error that shows the last answer (or error) when the deadline passes
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  { deadline = 20_000, every = EVERY_MS }: { deadline?: number; every?: number } = {},
): Promise<Exclude<T, null | undefined | false | 0 | ''>> {
  const end = performance.now() + deadline;
  for (;;) {
    let last: string;
    try {
      const answer = await ask();
      if (answer) return answer as Exclude<T, null | undefined | false | 0 | ''>;
      last = `the last answer was ${JSON.stringify(answer)}`;
    } catch (error) {
      last = `the last try failed: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() > end) throw new Error(`Waited ${deadline} ms for: ${what}; ${last}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

/**
 * Asks until the answer equals what is expected (compared as JSON).
 *
 * @throws Error that shows both when the deadline passes
 */
export async function untilEqual<T>(
  what: string,
  ask: () => T | Promise<T>,
  expected: T,
  { deadline = 20_000 }: { deadline?: number } = {},
): Promise<void> {
  const wanted = JSON.stringify(expected);
  await until(
    `${what} = ${wanted}`,
    async () => {
      const now = JSON.stringify(await ask());
      if (now === wanted) return true;
      throw new Error(`it is ${now}`);
    },
    { deadline },
  );
}
