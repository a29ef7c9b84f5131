import { Construct } from "constructs";
import { EcrLifecyclePolicy } from "#aws/ecr-lifecycle-policy.ts";
import { EcrRepository } from "#aws/ecr-repository.ts";
import { jsonencode } from "#terraform/expressions.ts";
import { noteOn } from "#terraform/notes.ts";

export interface ImageRepositoryProps {
  readonly name: string;
  readonly imagesKept: number;
  readonly tags: Record<string, string>;
}

/** Where images of the system lie. Its execution role may pull from every repository of the account. */
export class ImageRepository extends Construct {
  readonly repository: EcrRepository;

  constructor(scope: Construct, id: string, { name, imagesKept, tags }: ImageRepositoryProps) {
    super(scope, id);
    this.repository = new EcrRepository(this, "ecr_repository", {
      name,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      forceDelete: true,
      tags,
    });
    noteOn(this.repository, "force_delete", "It goes with its images: they can be built again.");
    new EcrLifecyclePolicy(this, "ecr_lifecycle_policy", {
      repository: this.repository.name,
      policy: jsonencode({
        rules: [
          {
            rulePriority: 1,
            description: "Keep the newest images.",
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: imagesKept },
            action: { type: "expire" },
          },
        ],
      }),
    });
  }
}
