"""A request that an SDK sends once more, because no answer reached it, gets the answer of its first attempt.

Every SDK names its requests and counts the attempts (`amz-sdk-invocation-id`, `amz-sdk-request`). Many calls of AWS have a client
token for this and some have none; with none, a connection that breaks at the wrong moment does things twice. On one machine, kept
busy, that would be a failed deploy now and then which says nothing about the deploy. So it is undone here, and said in the log.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

#: Attempts follow each other within seconds.
KEPT_ANSWERS = 512
LARGEST_KEPT_BYTES = 256 * 1024

App = Callable[..., Awaitable[None]]
Messages = list[dict[str, Any]]

logger = logging.getLogger("prefect-fargate")


def once_each(app: App) -> App:
    """The ASGI application with every named request done once, unless its first attempt was refused or failed."""
    answers: OrderedDict[str, asyncio.Future[Messages | None]] = OrderedDict()

    async def serve(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        name, attempt = _named(scope)
        if name is None:
            await app(scope, receive, send)
            return
        if attempt > 1:
            first = answers.get(name)
            kept = await asyncio.shield(first) if first else None
            logger.warning("attempt %d of %s: %s", attempt, name, "answered as before" if kept else "done now")
            if kept:
                for message in kept:
                    await send(message)
                return
        answer: asyncio.Future[Messages | None] = asyncio.get_running_loop().create_future()
        answers[name] = answer
        while len(answers) > KEPT_ANSWERS:
            answers.popitem(last=False)
        messages: Messages = []

        async def send_and_keep(message: dict[str, Any]) -> None:
            messages.append(message)
            if not message.get("more_body", message["type"] == "http.response.start") and not answer.done():
                answer.set_result(_worth_keeping(messages))
            await send(message)

        try:
            await app(scope, receive, send_and_keep)
        finally:
            if not answer.done():
                answer.set_result(None)

    return serve


def _named(scope: dict[str, Any]) -> tuple[str | None, int]:
    """The request's name and the number of the attempt; (None, 1) where the client tells none."""
    headers = dict(scope.get("headers") or [])
    name = headers.get(b"amz-sdk-invocation-id")
    attempt = re.search(rb"attempt=(\d+)", headers.get(b"amz-sdk-request", b""))
    return (name.decode("latin-1"), int(attempt[1])) if name and attempt else (None, 1)


def _worth_keeping(messages: Messages) -> Messages | None:
    done = messages[0].get("status", 500) < 400
    return messages if done and sum(len(message.get("body", b"")) for message in messages) <= LARGEST_KEPT_BYTES else None
