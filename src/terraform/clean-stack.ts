import { TerraformElement, TerraformStack } from "cdktn";
import type { Construct, Node } from "constructs";
import { REQUIRED_AWS, REQUIRED_TERRAFORM } from "./requirements.ts";

/**
 * A stack whose addresses read like hand-written ones: the path, without the words the type already says.
 * `network/private_subnet` is `aws_subnet.network_private`; `vpc` alone is `aws_vpc.this`.
 * Addresses are the upgrade contract, so two constructs that would share one are an error.
 */
export class CleanStack extends TerraformStack {
  readonly #taken = new Map<string, string>();

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.addOverride("terraform.required_version", REQUIRED_TERRAFORM);
    this.addOverride("terraform.required_providers.aws", REQUIRED_AWS);
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const type = typeOf(element);
    const path = node.scopes.slice(node.scopes.indexOf(this) + 1).map(({ node: { id } }) => id);
    const name = shortName(path, type);
    const address = `${type}.${name}`;
    const other = this.#taken.get(address);
    if (other !== undefined && other !== node.path)
      throw new Error(`${other} and ${node.path} would both be ${address}.`);
    this.#taken.set(address, node.path);
    return name;
  }
}

function typeOf(element: TerraformElement | Node): string {
  const { terraformResourceType } = element as { terraformResourceType?: string };
  return terraformResourceType ?? element.constructor.name;
}

/** The words of a path less those at its end with which the type ends too. */
function shortName(path: readonly string[], type: string): string {
  const ids = path.filter((id) => id !== "this");
  const words = ids.flatMap((id) => id.split("_"));
  const own = path.at(-1) === "this" ? [] : (ids.at(-1)?.split("_") ?? []);
  const typeWords = type.split("_");
  let said = Math.min(own.length, typeWords.length);
  while (said > 0 && own.slice(-said).join("_") !== typeWords.slice(-said).join("_")) said -= 1;
  return words.slice(0, words.length - said).join("_") || "this";
}
