"""Where this extension reaches into ministack: every private name that it uses or replaces is checked here.

ministack changes several times a week and promises nothing about its private names. So the version is pinned, and the check
below turns a wrong name into one sentence at the start instead of a strange answer in the middle of a deploy.
"""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

MINISTACK_VERSION = "1.5.33"


class UnknownMinistack(SystemExit):
    """Ends the process with one sentence on stderr and exit status 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(2)
        self.sentence = sentence


def check_version() -> None:
    """Refuses any ministack but the one this extension was written against."""
    try:
        found = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        raise UnknownMinistack("ministack is not installed in this Python.") from None
    if found != MINISTACK_VERSION:
        raise UnknownMinistack(f"ministack is {found}; this extension works with {MINISTACK_VERSION} only.")


def check_names() -> None:
    """Proves that every name of ministack's that is read anywhere in this extension is there, before anything is patched."""
    missing = sorted(
        f"{module}.{name}"
        for source in Path(__file__).parent.rglob("*.py")
        for module, name in _names_read(ast.parse(source.read_text(encoding="utf-8")))
        if not hasattr(importlib.import_module(module), name)
    )
    if missing:
        raise UnknownMinistack(f"ministack {MINISTACK_VERSION} lacks {', '.join(missing)}: the installation is damaged.")


def _names_read(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each `module.name` of a module imported from ministack, and each name imported from one."""
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ministack":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if _is_module(full):
                    modules[alias.asname or alias.name] = full
                else:
                    yield str(node.module), alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield modules[node.value.id], node.attr


def _is_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None if _is_package(name.rpartition(".")[0]) else False


def _is_package(name: str) -> bool:
    return hasattr(importlib.import_module(name), "__path__")


def replace(module: ModuleType, name: str, new: Any) -> Any:
    """Puts `new` in the place of a private name of ministack's and gives back what was there."""
    if not hasattr(module, name):
        raise UnknownMinistack(f"ministack {MINISTACK_VERSION} lacks {module.__name__}.{name}: the installation is damaged.")
    old = getattr(module, name)
    setattr(module, name, new)
    return old


def replace_action(actions: dict[str, Callable], action: str, new: Callable) -> Callable:
    """The same for one API action in a service's table of handlers."""
    if action not in actions:
        raise UnknownMinistack(f"ministack {MINISTACK_VERSION} lacks the action {action}: the installation is damaged.")
    old = actions[action]
    actions[action] = new
    return old
