import { join } from "node:path";
import type { StateObject } from "#config/state-schema.ts";

/** Where a state is kept: an object in S3, or a file in the system's folder. */
export type StatePlace =
  | ({ readonly kind: "s3" } & StateObject)
  | { readonly kind: "local"; readonly file: string };

export const LOCAL_STATE = "terraform.tfstate";

export const placeOf = (state: StateObject | undefined, dir: string): StatePlace =>
  state ? { kind: "s3", ...state } : { kind: "local", file: join(dir, LOCAL_STATE) };

/** As people write it. */
export const describePlace = (place: StatePlace): string =>
  place.kind === "s3" ? `s3://${place.bucket}/${place.key}` : place.file;

export function isSamePlace(one: StatePlace, other: StatePlace): boolean {
  return describePlace(one) === describePlace(other);
}
