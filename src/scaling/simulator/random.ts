/** A stream of numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** The gap between events that come independently, so long on average. */
  exponential(mean: number): number;
  logNormal(spread: Spread): number;
  /** Another stream, for one more thing that varies: drawing from it leaves this one as it is. */
  fork(name: string): Random;
}

/** A log-normal quantity by two of its percentiles. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

/** The 95th percentile of the standard normal distribution. */
const Z95 = 1.6449;

export function seededRandom(seed: string): Random {
  const next = smallFastCounter(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: ({ p50, p95 }) => p50 * (p95 / p50) ** (normal() / Z95),
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}

/**
 * Chris Doty-Humphrey's 32-bit generator with three words of chaos and a counter.
 * https://pracrand.sourceforge.net/RNG_engines.txt
 */
function smallFastCounter(seed: string): () => number {
  let a = hash(seed, 1);
  let b = hash(seed, 2);
  let c = hash(seed, 3);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** FNV-1a. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string, basis: number): number {
  let state = 0x811c9dc5 ^ basis;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state | 0;
}
