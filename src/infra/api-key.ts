import { Construct } from "constructs";
import { SecretsmanagerSecret } from "#aws/secretsmanager-secret.ts";
import { SecretsmanagerSecretVersion } from "#aws/secretsmanager-secret-version.ts";
import { note, noteOn } from "#terraform/notes.ts";

export interface ApiKeyProps {
  readonly name: string;
  /** Needed when the secret is created and when the version is raised. */
  readonly apiKey: string | null;
  readonly apiKeyVersion: number;
  readonly recoveryWindowInDays: number;
  readonly tags: Record<string, string>;
}

/** A secret whose value passes through Terraform without resting in it. */
export class ApiKey extends Construct {
  readonly secret: SecretsmanagerSecret;
  readonly value: SecretsmanagerSecretVersion;

  constructor(scope: Construct, id: string, props: ApiKeyProps) {
    super(scope, id);
    this.secret = new SecretsmanagerSecret(this, "secretsmanager_secret", {
      name: props.name,
      description: "Prefect API key of workers and flow runs.",
      recoveryWindowInDays: props.recoveryWindowInDays,
      tags: props.tags,
    });
    noteOn(
      this.secret,
      "recovery_window_in_days",
      "AWS keeps a destroyed secret for some days, in which its name is taken.",
    );
    this.value = new SecretsmanagerSecretVersion(this, "secretsmanager_secret_version", {
      secretId: this.secret.id,
      secretStringWo: props.apiKey ?? undefined,
      secretStringWoVersion: props.apiKeyVersion,
    });
    note(this.value, "Write-only: neither plan nor state has the key. A higher version writes it again.");
  }
}
