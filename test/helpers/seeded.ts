/** Numbers from 0 to 1 that are the same for the same seed: a test that failed can be run again as it was. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  // https://en.wikipedia.org/wiki/Linear_congruential_generator, with the constants of Numerical Recipes.
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
