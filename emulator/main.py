"""Starts the emulated AWS: ministack with the extension in `aws/`. The README beside this file says how to talk to it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Callable

LOOPBACK = "127.0.0.1"
#: How long open connections may hold up the end.
GRACE_SECONDS = 0.5
#: Longer than any client keeps a connection that it does not use.
KEEP_ALIVE_SECONDS = 3600


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="the only folder that is written")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--instance-id", required=True, help="told by /_prefect_fargate/identity")
    parser.add_argument("--region", default="us-east-1", help="where unsigned requests belong")
    parser.add_argument("--authorize", action="store_true", help="IAM policies decide")
    parser.add_argument("--exit-with-stdin", action="store_true", help="ends when standard input closes")
    return parser.parse_args()


def listen(port: int) -> socket.socket:
    """Binds before anything is loaded, so that a taken port is known at once and a free one stays ours."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        sys.exit(f"Port {port} of {LOOPBACK} cannot be used: {error.strerror}.")
    listener.listen(128)
    return listener


def keep_sources_clean() -> None:
    """Compiled files go where the starter wants them, or nowhere: never beside these sources."""
    if sys.pycache_prefix is None:
        sys.dont_write_bytecode = True


def configure(arguments: argparse.Namespace, port: int) -> None:
    """ministack reads its settings from the environment while it is imported."""
    folder = arguments.dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL", "SERVICES", "USE_SSL"):
        os.environ.pop(name, None)
    os.environ.update(
        AUTH="true" if arguments.authorize else "false",
        MINISTACK_AUTOCREATE_AWS_MANAGED="1",
        MINISTACK_HOST=LOOPBACK,
        MINISTACK_REGION=arguments.region,
        GATEWAY_PORT=str(port),
        BIND_HOST=LOOPBACK,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        TMPDIR=str(folder),
        STATE_DIR=str(folder / "state"),
        S3_DATA_DIR=str(folder / "s3"),
        PERSIST_STATE="0",
        S3_PERSIST="0",
        # Both would listen on ports of their own.
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        DOCKER_HOST="unix:///nonexistent",
    )
    os.environ.setdefault("LOG_LEVEL", "WARNING")


def install() -> None:
    from aws import seams

    seams.check_version()
    seams.check_names()
    from aws import application_autoscaling, cloudwatch, ec2, ecs, eventbridge, events, iam, iam_simulation, made_by_name, secrets_manager, service_discovery, service_quotas, sts

    for service in (application_autoscaling, cloudwatch, ec2, ecs, eventbridge, iam, iam_simulation, made_by_name, secrets_manager, service_discovery, service_quotas, sts):
        service.install()
    events.start()
    ecs.start()


async def serve(arguments: argparse.Namespace, listener: socket.socket) -> None:
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config
    from ministack.app import app

    from aws import endpoints, repeats
    from aws.ecs import store

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.graceful_timeout = GRACE_SECONDS
    # Clients close what they no longer use. If the server did, a request on its way at that moment would be lost.
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.keep_alive_max_requests = sys.maxsize
    config.loglevel = os.environ["LOG_LEVEL"]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        store.close()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    if arguments.exit_with_stdin:
        threading.Thread(target=_await_end_of_input, args=(loop, end), daemon=True).start()
    identity = endpoints.Identity(arguments.instance_id, arguments.authorize)
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    await hypercorn_serve(endpoints.around(repeats.once_each(app), identity), config, shutdown_trigger=stop.wait)


def _await_end_of_input(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Whoever started this process holds the other end of the pipe; it closes even when they are killed."""
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(end)


def main() -> None:
    keep_sources_clean()
    arguments = parse_arguments()
    listener = listen(arguments.port)
    configure(arguments, listener.getsockname()[1])
    from aws.seams import UnknownMinistack

    try:
        install()
    except UnknownMinistack as refusal:
        print(refusal.sentence, file=sys.stderr)
        raise
    asyncio.run(serve(arguments, listener))


if __name__ == "__main__":
    main()
