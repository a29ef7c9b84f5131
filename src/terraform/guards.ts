import type { Json, JsonObject } from "./hcl.ts";

/**
 * Mistakes that `terraform validate` lets pass, found when a stack is synthesized.
 */
export function assertSound(stack: JsonObject): void {
  for (const [type, named] of Object.entries((stack.resource ?? {}) as JsonObject))
    for (const [name, body] of Object.entries(named as JsonObject))
      assertSoundResource(`${type}.${name}`, body as JsonObject);
  for (const section of ["output", "locals", "data"])
    assertNoSplat(section, (stack[section] ?? null) as Json);
}

function assertSoundResource(address: string, body: JsonObject): void {
  assertNoSplat(address, body);
  if (body.for_each !== undefined && holdsKey(body, "dynamic"))
    throw new Error(`${address} has for_each and a dynamic block: both claim "each". Make it two resources.`);
}

/** cdktn writes `aws_subnet.x.*.id` for an attribute of a `forEach` resource; on a map Terraform refuses it at plan. */
function assertNoSplat(where: string, value: Json): void {
  if (typeof value === "string") {
    const splat = value.match(/[\w-]+\.[\w-]+\.\*\.[\w-]+/)?.[0];
    if (splat) throw new Error(`${where} uses ${splat} of a resource with for_each: use at() or all().`);
  } else if (Array.isArray(value)) {
    for (const item of value) assertNoSplat(where, item);
  } else if (value !== null && typeof value === "object") {
    for (const item of Object.values(value)) assertNoSplat(where, item ?? null);
  }
}

function holdsKey(value: unknown, key: string): boolean {
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([name, item]) => name === key || holdsKey(item, key));
}
