"""The emulator's own endpoints, beside AWS's: who it is, and what the agent needs. The README is their contract."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from aws.ecs import agent_api, credentials, store
from aws.seams import MINISTACK_VERSION

PREFIX = "/_prefect_fargate/"
DEFAULT_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 20.0, 60.0

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Identity:
    """Told by a readiness probe, so that nobody takes another server on the port for this one."""

    instance_id: str
    authorize: bool

    def answer(self) -> dict[str, Any]:
        return {
            "instanceId": self.instance_id,
            "pid": os.getpid(),
            "ministack": MINISTACK_VERSION,
            "authorize": self.authorize,
        }


def around(app: Callable[..., Awaitable[None]], identity: Identity) -> Callable[..., Awaitable[None]]:
    """The ASGI application: our own paths first, everything else to ministack."""

    async def serve(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await app(scope, receive, send)
            return
        status, body = await _answer(scope, await _read(receive), identity)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})

    return serve


async def _answer(scope: dict[str, Any], body: bytes, identity: Identity) -> Answer:
    query = {key: values[-1] for key, values in parse_qs(scope.get("query_string", b"").decode()).items()}
    match (scope["method"], scope["path"].removeprefix(PREFIX)):
        case ("GET", "identity"):
            return 200, identity.answer()
        case ("GET", "tasks"):
            return await _tasks(query)
        case ("POST", "task-state"):
            return await asyncio.to_thread(_task_state, body)
        case ("GET", "task-credentials"):
            return credentials.for_task(query.get("task", ""), query.get("role", "task"))
    return 404, {"code": "NotFound", "message": f"There is no {scope['method']} {scope['path']}."}


async def _tasks(query: dict[str, str]) -> Answer:
    try:
        since, seconds = int(query.get("since", 0)), float(query.get("timeout", DEFAULT_WAIT_SECONDS))
    except ValueError:
        return 400, {"code": "BadRequest", "message": "since and timeout are numbers."}
    if since:
        await asyncio.to_thread(store.wait, since, min(seconds, LONGEST_WAIT_SECONDS))
    return 200, await asyncio.to_thread(agent_api.live_tasks)


def _task_state(body: bytes) -> Answer:
    try:
        data = json.loads(body)
    except ValueError:
        return 400, {"code": "BadRequest", "message": "The body is no JSON."}
    with store.lock:
        status, _headers, answer = agent_api.report(data)
    return status, json.loads(answer)


async def _read(receive: Callable) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
