import { type IResolvable, Token } from "cdktn";
import { EPHEMERAL_STORAGE_GIB } from "#config/ephemeral-storage.ts";
import { tf } from "#terraform/expressions.ts";

/** Whether a task definition needs a block for its disk, and what stands in it: AWS is not asked for the usual size. */
export function beyondUsualStorage(
  sizeInGiB: number,
): [condition: boolean | IResolvable, content: { size_in_gib: number }] {
  const { least } = EPHEMERAL_STORAGE_GIB;
  const isMore = Token.isUnresolved(sizeInGiB) ? tf`${sizeInGiB} > ${least}` : sizeInGiB > least;
  return [isMore, { size_in_gib: sizeInGiB }];
}
