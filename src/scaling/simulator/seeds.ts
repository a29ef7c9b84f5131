/** The defaults of `scalingSettings` were chosen on these days. */
export const TUNING_SEEDS: readonly number[] = seeds(1, 8);

/** Days that nobody looked at while choosing: what is claimed is measured on them. */
export const HELD_OUT_SEEDS: readonly number[] = seeds(201, 20);

/** Days on which everything goes wrong, about a million runs together. */
export const FAULT_SEEDS: readonly number[] = seeds(1001, 37);

function seeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
