/** The most that Prefect gives in one answer (PREFECT_API_DEFAULT_LIMIT). */
const PAGE_SIZE = 200;

/** Asks for page after page until one is not full. */
export async function allPages<T>(
  read: (page: { limit: number; offset: number }) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await read({ limit: PAGE_SIZE, offset: all.length });
    all.push(...page);
    if (page.length < PAGE_SIZE) return all;
  }
}
