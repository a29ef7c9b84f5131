import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * As much of GitHub as the pipelines ask of `gh`, kept in the file that TEST_GITHUB_STATE names: comments, statuses, the pull
 * request of a commit, issues. Its answers go through the real jq.
 */
export interface GitHubState {
  /** Commit on the branch → head of the pull request that brought it. */
  pulls: Record<string, string>;
  comments: { id: number; user: { login: string }; author_association: string; body: string }[];
  statuses: Record<string, { context: string; description: string; creator: { login: string } }[]>;
  /** Names of environments that ask somebody. */
  reviewed: string[];
  issues: { number: number; title: string; body: string; state: "open" | "closed" }[];
}

export const NO_GITHUB: GitHubState = { pulls: {}, comments: [], statuses: {}, reviewed: [], issues: [] };

const BOT = { login: "github-actions[bot]" };

export const readGitHub = (file: string): GitHubState =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as GitHubState) : structuredClone(NO_GITHUB);

function answer(args: readonly string[], file: string): void {
  const state = readGitHub(file);
  const [command, ...rest] = args;
  const result =
    command === "api" ? api(state, rest) : command === "curl" ? overHttp(state, rest) : issue(state, rest);
  writeFileSync(file, JSON.stringify(state, null, 2));
  const jq = option(args, "--jq");
  const text = JSON.stringify(result ?? null);
  if (args.includes("--silent") && !args.includes("--show-error")) return;
  if (option(args, "--output") === "/dev/null") return;
  process.stdout.write(
    jq ? execFileSync("jq", ["--raw-output", jq], { input: text, encoding: "utf8" }) : text,
  );
}

/** The same by its address, as curl asks for it. */
function overHttp(state: GitHubState, args: readonly string[]): unknown {
  const address = args.find((arg) => arg.startsWith("https://api.github.com/")) ?? "";
  if (option(args, "--header") !== "Authorization: Bearer ghs_test") throw new Error("curl: (22) 401");
  const data = option(args, "--data");
  const fields: Record<string, string> = data ? JSON.parse(readFileSync(data.slice(1), "utf8")) : {};
  return api(state, [
    address.slice("https://api.github.com/".length),
    ...["--method", option(args, "--request") ?? "GET"],
    ...Object.entries(fields).flatMap(([name, text]) => ["--raw-field", `${name}=${text}`]),
  ]);
}

function api(state: GitHubState, args: readonly string[]): unknown {
  const path = args.find((arg) => arg.startsWith("repos/")) ?? "";
  const fields = fieldsOf(args);
  const [, , , kind, id, what] = path.split("?")[0]!.split("/");
  const method = option(args, "--method") ?? "GET";
  if (kind === "commits" && what === "pulls")
    return state.pulls[id!] ? [{ number: 7, head: { sha: state.pulls[id!] } }] : [];
  if (kind === "commits" && what === "statuses") return (state.statuses[id!] ?? []).toReversed();
  if (kind === "statuses") {
    const status = { context: fields.context!, description: fields.description!, creator: BOT };
    state.statuses[id!] = [...(state.statuses[id!] ?? []), status];
    return status;
  }
  if (kind === "issues" && id === "comments" && method === "PATCH") {
    const comment = state.comments.find((known) => String(known.id) === what)!;
    comment.body = fields.body!;
    return comment;
  }
  if (kind === "issues" && what === "comments" && method === "POST") {
    const comment = {
      id: state.comments.length + 1,
      user: BOT,
      author_association: "MEMBER",
      body: fields.body!,
    };
    state.comments.push(comment);
    return comment;
  }
  if (kind === "issues" && what === "comments") return state.comments;
  if (kind === "environments" && state.reviewed.includes(id!))
    return { protection_rules: [{ type: "branch_policy" }, { type: "required_reviewers" }] };
  if (kind === "environments") throw new Error("gh: Not Found (HTTP 404)");
  throw new Error(`gh api ${args.join(" ")} is not among what the pipelines ask.`);
}

function issue(state: GitHubState, [verb, ...args]: readonly string[]): unknown {
  const body = option(args, "--body-file");
  const text = body ? readFileSync(body, "utf8") : "";
  const known = state.issues.find(({ number }) => String(number) === args[0]);
  if (verb === "list") return state.issues.filter(({ state: now }) => now === "open");
  if (verb === "create")
    state.issues.push({
      number: state.issues.length + 1,
      title: option(args, "--title")!,
      body: text,
      state: "open",
    });
  else if (verb === "edit" && known) known.body = text;
  else if (verb === "close" && known) known.state = "closed";
  else throw new Error(`gh issue ${verb} ${args.join(" ")} is not among what the pipelines ask.`);
  return undefined;
}

const option = (args: readonly string[], name: string): string | undefined =>
  args.includes(name) ? args[args.indexOf(name) + 1] : undefined;

/** `--field body=@FILE` reads a file, `--raw-field` does not. */
function fieldsOf(args: readonly string[]): Record<string, string> {
  const fields = args.flatMap((arg, index) => {
    if (arg !== "--field" && arg !== "--raw-field") return [];
    const [, name = "", text = ""] = /^([^=]+)=([\s\S]*)$/.exec(args[index + 1] ?? "") ?? [];
    return [
      [name, arg === "--field" && text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text] as const,
    ];
  });
  return Object.fromEntries(fields);
}

if (import.meta.main) answer(process.argv.slice(2), process.env.TEST_GITHUB_STATE!);
