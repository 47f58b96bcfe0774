/** Does `work` for each, at most `most` at a time, and gives the results in order. Reading a thousand files of `/proc` is no rush. */
export async function inBatches<T, R>(list: readonly T[], work: (one: T) => Promise<R>, most = 16): Promise<R[]> {
  const results = new Array<R>(list.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < list.length; i = next++) results[i] = await work(list[i] as T);
  };
  await Promise.all(Array.from({ length: Math.min(most, list.length) }, worker));
  return results;
}
