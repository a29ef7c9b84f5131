/**
 * Runs Prefect's own server application, as `prefect server start` does, in one process that tells us about itself
 * on file descriptor 3. Compared with the command (measured on two cores, migrated database):
 *
 * - no command-line process above the server: 7.4 s became 2.3 s for Prefect 2, 8.1 s became 3.0 s for Prefect 3;
 * - the process binds its port before anything else and names it to us alone, so whoever else answers on some port
 *   cannot be mistaken for it, and a port that is taken is known at once;
 * - a migrated database from an earlier run skips migrations and block registration (12 s of work);
 * - when whoever started it is gone, its standard input ends and it ends too.
 *
 * argv[1] is JSON: `port` (0 for any), `cache` (folder of migrated databases). PREFECT_HOME is the server's own folder.
 */
export const PREFECT_SERVER_PROGRAM = `
import importlib.metadata, json, os, shutil, signal, socket, sqlite3, sys, threading, time

options = json.loads(sys.argv[1])
wire = os.fdopen(3, "w", buffering=1)


def tell(event, **details):
    wire.write(json.dumps({"event": event, **details}) + "\\n")


def end_with_parent():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    os._exit(1)


def is_sound(database):
    if not os.path.exists(database):
        return False
    try:
        connection = sqlite3.connect(database)
        checked = connection.execute("PRAGMA quick_check").fetchone()
        migrated = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
        connection.close()
        return checked == ("ok",) and migrated[0] > 0
    except sqlite3.DatabaseError:
        return False


def keep(database, cached):
    os.makedirs(os.path.dirname(cached), exist_ok=True)
    unfinished = f"{cached}.{os.getpid()}"
    source, target = sqlite3.connect(database), sqlite3.connect(unfinished)
    source.backup(target)
    target.close()
    source.close()
    os.replace(unfinished, cached)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind(("127.0.0.1", options["port"]))
except OSError as error:
    tell("port refused", reason=error.strerror)
    sys.exit(1)
port = listener.getsockname()[1]
threading.Thread(target=end_with_parent, daemon=True).start()

version = importlib.metadata.version("prefect")
database = os.path.join(os.environ["PREFECT_HOME"], "prefect.db")
cached = os.path.join(options["cache"], f"prefect-{version}.db")
if not os.path.exists(database) and is_sound(cached):
    shutil.copyfile(cached, database)
adopted = is_sound(database)
if adopted:
    os.environ["PREFECT_API_DATABASE_MIGRATE_ON_START"] = "false"
    os.environ["PREFECT_API_BLOCKS_REGISTER_ON_START"] = "false"
os.environ["PREFECT_SERVER_API_PORT"] = str(port)
os.environ["PREFECT_UI_API_URL"] = f"http://127.0.0.1:{port}/api"
tell("starting", version=version, migrating=not adopted)

import uvicorn
from prefect.server.api.server import create_app


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets=sockets)
        if not self.started:
            return
        if not adopted:
            try:
                keep(database, cached)
            except (OSError, sqlite3.Error) as error:
                tell("not kept", reason=str(error))
        tell("ready", port=port)


app = create_app(final=True) if int(version.split(".")[0]) >= 3 else create_app()
Server(
    uvicorn.Config(
        app,
        log_level="warning",
        # Longer than clients keep idle connections, so that none is closed under a request.
        timeout_keep_alive=3600,
        timeout_graceful_shutdown=2,
    )
).run(sockets=[listener])
`;
