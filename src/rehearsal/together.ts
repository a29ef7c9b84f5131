/**
 * Waits for all of `work`, as Promise.all does, and also when one part fails: then it calls `stop`, which should make the
 * others end soon, and throws that first failure when they have. Nothing goes on behind its back.
 */
export async function together<Results extends readonly unknown[]>(
  stop: () => void,
  work: { readonly [Index in keyof Results]: Promise<Results[Index]> },
): Promise<Results> {
  try {
    return (await Promise.all(work)) as unknown as Results;
  } catch (error) {
    stop();
    await Promise.allSettled(work);
    throw error;
  }
}
