import { openUrl } from "./http-get.ts";

/**
 * Where Terraform itself begins to talk to a registry.
 *
 * @see https://developer.hashicorp.com/terraform/internals/remote-service-discovery
 */
const DISCOVERY_PATH = "/.well-known/terraform.json";

/** Terraform would try for minutes before it gives up. */
const PROBE_TIMEOUT_MS = 2000;

export type ProbeResult =
  | { readonly reachable: true }
  | { readonly reachable: false; readonly reason: string };

const PROXY_SETTINGS = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

const answers = new Map<string, Promise<ProbeResult>>();

/**
 * Whether a provider registry answers, known within two seconds. One answer serves the whole process.
 *
 * @param origin `https://registry.terraform.io`
 */
export function probeRegistry(origin: string, env: NodeJS.ProcessEnv = process.env): Promise<ProbeResult> {
  const way = [origin, ...PROXY_SETTINGS.map((name) => env[name] ?? env[name.toLowerCase()])].join(" ");
  const known = answers.get(way);
  if (known !== undefined) return known;
  const answer = probe(origin, env);
  answers.set(way, answer);
  return answer;
}

async function probe(origin: string, env: NodeJS.ProcessEnv): Promise<ProbeResult> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const response = await openUrl(origin + DISCOVERY_PATH, {
      silenceTimeoutMs: PROBE_TIMEOUT_MS,
      signal,
      env,
    });
    response.destroy();
    return { reachable: true };
  } catch (error) {
    const { message, cause } = error as Error;
    const isTimeout = (cause as Error | undefined)?.name === "AbortError" || /aborted/.test(message);
    return {
      reachable: false,
      reason: isTimeout ? `no answer within ${PROBE_TIMEOUT_MS / 1000} s` : message,
    };
  }
}
