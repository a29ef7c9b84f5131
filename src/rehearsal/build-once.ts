import { access, link, mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Written last, so that a folder with it is whole. */
const MARKER = ".complete";
/** The builder touches its lock this often; one left untouched much longer has no builder any more. */
const HEARTBEAT_MS = 2_000;
const STALE_AFTER_MS = 30_000;
const POLL_MS = 100;

/**
 * Builds a folder exactly once, whoever asks and however often: a second process waits for the first, a folder
 * left half built by a killed process is thrown away and built again.
 *
 * The folder is built in place, as a virtual environment cannot be moved.
 */
export async function buildOnce(
  dir: string,
  build: () => Promise<void>,
  signal?: AbortSignal,
): Promise<"built" | "found"> {
  if (await isComplete(dir)) return "found";
  const release = await lock(`${dir}.lock`, () => isComplete(dir), signal);
  if (!release) return "found";
  try {
    if (await isComplete(dir)) return "found";
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
    await build();
    await writeFile(join(dir, MARKER), "");
    return "built";
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  } finally {
    await release();
  }
}

export const isComplete = (dir: string): Promise<boolean> => exists(join(dir, MARKER));

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Resolves to a function that releases the lock, or to undefined when the wait ended because `done` became true. */
async function lock(
  file: string,
  done: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    signal?.throwIfAborted();
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(`${process.pid}`);
      await handle.close();
      const heartbeat = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
      heartbeat.unref();
      return async () => {
        clearInterval(heartbeat);
        await rm(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (await done()) return undefined;
    await removeIfStale(file);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Moves the lock away before looking at it again, so that of two waiters only one removes it, and never a newer one. */
async function removeIfStale(file: string): Promise<void> {
  const seen = await staleInode(file);
  if (seen === undefined) return;
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await stat(aside)).ino !== seen) await link(aside, file);
  } catch {
    // Somebody else was quicker: the next round sees what they left.
  } finally {
    await rm(aside, { force: true });
  }
}

async function staleInode(file: string): Promise<number | undefined> {
  try {
    const [{ mtimeMs, ino }, owner] = await Promise.all([stat(file), readFile(file, "utf8")]);
    const stale = Date.now() - mtimeMs > STALE_AFTER_MS || (owner !== "" && !isAlive(Number(owner)));
    return stale ? ino : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
