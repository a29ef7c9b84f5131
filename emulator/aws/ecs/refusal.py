"""How a call is refused: raised anywhere below an action, answered by the dispatcher."""

from __future__ import annotations

from ministack.core.responses import error_response_json


class Refusal(Exception):
    """An error as ECS answers it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer: tuple = error_response_json(code, message, 400)


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterException", message)
