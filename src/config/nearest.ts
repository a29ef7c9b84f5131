/** More typing mistakes than this make another word: a wrong suggestion is worse than none. */
const MISTAKES_PER_LETTER = 0.34;

/**
 * The candidate a person most likely meant, or nothing. A candidate that the word begins (`memory`, `memoryMiB`)
 * counts as near, letter case does not count.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceTo(lower, candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  return ranked.find(({ candidate, distance }) => isNear(lower, candidate.toLowerCase(), distance))
    ?.candidate;
}

function isNear(word: string, candidate: string, distance: number): boolean {
  if (word.length >= 3 && (candidate.startsWith(word) || word.startsWith(candidate))) return true;
  return distance <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) * MISTAKES_PER_LETTER));
}

/** Damerau's edit distance (optimal string alignment): a swapped pair of letters is one mistake. */
function distanceTo(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      line.push(
        Math.min(
          rows[row - 1]![column]! + 1,
          line[column - 1]! + 1,
          rows[row - 1]![column - 1]! + (same ? 0 : 1),
          swapped ? rows[row - 2]![column - 2]! + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(line);
  }
  return rows[from.length]![to.length]!;
}
