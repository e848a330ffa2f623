/** Works on items, at most `mostInFlight` at a time; resolves to the results in the order of the items. */
export async function inTurns<T, R>(
  items: readonly T[],
  mostInFlight: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: mostInFlight }, worker));
  return results;
}
