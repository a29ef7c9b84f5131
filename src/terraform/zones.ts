import { type ITerraformIterator, TerraformLocal, Token } from "cdktn";
import { Construct } from "constructs";
import { iterate, tf } from "./expressions.ts";

export interface Zone {
  readonly name: string;
  /** Place in the list: it numbers the zone's subnets. */
  readonly index: number;
}

/**
 * Availability zones that are known now or at plan, for resources that exist once in each.
 * Append to the list, never insert: a zone's place numbers its subnets.
 */
export class Zones extends Construct {
  readonly names: string[];
  readonly first: string;
  readonly #byZone: TerraformLocal;

  constructor(scope: Construct, id: string, names: string[]) {
    super(scope, id);
    this.names = names;
    const known = !Token.isUnresolved(names);
    this.first = known ? names[0]! : tf`${names}[0]`.string;
    const numbered = known
      ? Object.fromEntries(names.map((name, index) => [name, index]))
      : tf`{ for index, zone in ${names} : zone => index }`;
    this.#byZone = new TerraformLocal(this, "this", numbered);
  }

  /** The arguments of a resource that exists once in every zone. */
  each<C>(config: (zone: Zone) => C): C & { forEach: ITerraformIterator } {
    return {
      forEach: iterate(tf`${this.#byZone.fqn}`),
      ...config({ name: tf`each.key`.string, index: tf`each.value`.number }),
    };
  }
}
