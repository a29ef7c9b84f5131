/** Why a look could not be taken, as a clause that can follow "because". Nothing is changed then. */
export class Trouble extends Error {
  override readonly name = "Trouble";
}

/** Any failure as such a clause. */
export function troubleOf(error: unknown): string {
  if (error instanceof Trouble) return error.message;
  const { name, message } = error as Error;
  return `a look failed with ${name}: ${message.replace(/\.$/, "")}`;
}
