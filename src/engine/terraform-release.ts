import { PrefectFargateError } from "#errors";

/**
 * The Terraform that is fetched where none is installed. It is the version this package is tested with; any
 * newer one on the PATH is preferred to it.
 */
export const TERRAFORM_RELEASE = "1.11.4";

/** Terraform 1.11 and OpenTofu 1.11 both brought write-only attributes, without which the API key would rest in the state. */
export const OLDEST_TERRAFORM = "1.11.0";

/** @see https://developer.hashicorp.com/terraform/install */
export const RELEASES_URL = "https://releases.hashicorp.com/terraform";

/**
 * SHA-256 of each platform's zip, as published in `terraform_1.11.4_SHA256SUMS`. They are part of our source,
 * so that a download is believed because of this file and not because of the server it came from.
 * HashiCorp publishes no 1.11.4 for Windows on ARM, which runs the amd64 build.
 */
export const TERRAFORM_CHECKSUMS: Readonly<Record<string, string>> = {
  linux_amd64: "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
  linux_arm64: "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
  darwin_amd64: "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
  darwin_arm64: "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
  windows_amd64: "4e1dc85419dda723f2bb3afdf63a0d282a2de858588d56dd57d2e4e4c4c83f2b",
};

const GO_SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: "linux",
  darwin: "darwin",
  win32: "windows",
  freebsd: "freebsd",
  openbsd: "openbsd",
};
const GO_ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "amd64",
  arm64: "arm64",
  arm: "arm",
  ia32: "386",
};

/** How Terraform names this machine in releases, lock files and mirrors: `linux_amd64`. */
export function terraformPlatform(
  platform: NodeJS.Platform = process.platform,
  architecture: NodeJS.Architecture = process.arch,
): string {
  const system = GO_SYSTEMS[platform];
  const machine = system === "windows" && architecture === "arm64" ? "amd64" : GO_ARCHITECTURES[architecture];
  if (system === undefined || machine === undefined) {
    throw new PrefectFargateError(
      "PLATFORM_UNSUPPORTED",
      `Terraform is not published for ${platform} on ${architecture}.`,
      { source: "environment", hint: "Use Linux, macOS or Windows on an x64 or arm64 machine." },
    );
  }
  return `${system}_${machine}`;
}
