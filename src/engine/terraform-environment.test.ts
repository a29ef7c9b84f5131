import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { ignoredSettings, terraformEnvironment } from "./terraform-environment.ts";

describe("terraformEnvironment", () => {
  it("passes on credentials, proxies, certificates and the retries someone chose", () => {
    const shell = {
      PATH: "/bin",
      HOME: "/home/ada",
      AWS_PROFILE: "work",
      AWS_MAX_ATTEMPTS: "9",
      HTTPS_PROXY: "http://proxy",
      SSL_CERT_FILE: "/ca",
    };
    expect(terraformEnvironment({}, {}, shell)).toMatchObject(shell);
    expect(terraformEnvironment({}, {}, { PATH: "/bin" })).not.toHaveProperty("AWS_MAX_ATTEMPTS");
  });

  it("keeps out what belongs to other projects, and says so", () => {
    const shell = {
      TF_CLI_ARGS: "-no-color",
      TF_CLI_ARGS_plan: "-var-file=x",
      TF_WORKSPACE: "prod",
      TF_DATA_DIR: "/data",
      TF_INPUT: "1",
    };
    expect(terraformEnvironment({}, {}, shell)).toEqual({
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
    });
    expect(ignoredSettings(shell)).toEqual([
      "TF_CLI_ARGS",
      "TF_CLI_ARGS_plan",
      "TF_WORKSPACE",
      "TF_DATA_DIR",
    ]);
  });

  it("takes away what the caller takes away, and adds what they add", () => {
    const environment = terraformEnvironment(
      { AWS_PROFILE: undefined, AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      { api_key: "k" },
      { AWS_PROFILE: "work", TF_VAR_api_key: "old" },
    );
    expect(environment).toMatchObject({ AWS_ENDPOINT_URL: "http://127.0.0.1:1", TF_VAR_api_key: "k" });
    expect(environment).not.toHaveProperty("AWS_PROFILE");
  });

  it("drops a CLI configuration that does not exist, and keeps one that does", () => {
    using folder = temporaryFolder();
    const file = folder.write("cli.tfrc", "");
    expect(terraformEnvironment({}, {}, { TF_CLI_CONFIG_FILE: file })).toMatchObject({
      TF_CLI_CONFIG_FILE: file,
    });
    expect(terraformEnvironment({}, {}, { TF_CLI_CONFIG_FILE: `${file}.missing` })).not.toHaveProperty(
      "TF_CLI_CONFIG_FILE",
    );
  });
});
