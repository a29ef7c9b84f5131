import { TerraformProvider } from "cdktn";
import type { Construct } from "constructs";

/** How a stack talks to AWS. Credentials come from the shell. */
export interface AwsProviderProps {
  /** The region of everything in the stack, such as `eu-central-1`. */
  readonly region: string;
  /** Tags on everything that is created. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The AWS provider of a stack, for apps that have no bindings of their own: a prebuilt provider package weighs 480 MB. An app that
 * has them uses its own `AwsProvider`. Costs nothing.
 */
export class AwsProvider extends TerraformProvider {
  readonly #props: AwsProviderProps;

  constructor(scope: Construct, id: string, props: AwsProviderProps) {
    super(scope, id, {
      terraformResourceType: "aws",
      terraformProviderSource: "hashicorp/aws",
      terraformGeneratorMetadata: { providerName: "aws" },
    });
    this.#props = props;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { region, tags } = this.#props;
    return { region, ...(tags ? { default_tags: [{ tags }] } : {}) };
  }
}
