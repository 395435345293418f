"""What the application's code tells: its name, and digits that are good guesses for a PIN that a gather asks for."""

from __future__ import annotations

import ast
import os
import sys
from ipaddress import ip_address
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST = 20
_MODULES = 500


def digits_in(app: object, root: Path) -> tuple[str, ...]:
    """Collect the digits that occur in an application's modules.

    Args:
        app: The application: WSGI, ASGI, a function; a URL has no code to look at.
        root: The folder of the project; code outside of it is not looked at.

    Returns:
        Strings of at least two digits, sorted.
    """
    found: set[str] = set()
    for module in _modules(app, root):
        try:
            tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue
        found.update(_digits(tree))
    return tuple(sorted(found, key=lambda each: (len(each), each)))


def name_of(app: object, root: Path) -> str:
    """Name an application, in the same way in every process.

    Args:
        app: The application: WSGI, ASGI, a function, or the URL of a server.
        root: The folder of the project.

    Returns:
        A function's module and name, a URL without the port of this machine, or the first module of the project that
        has a handler of it, and its type.
    """
    if isinstance(app, str):
        return _without_own_port(app)
    if hasattr(app, "__qualname__"):
        return f"{app.__module__}:{app.__qualname__}"
    home = next(_modules(app, root), None)
    kind = type(app)
    return f"{kind.__module__}:{kind.__qualname__}" if home is None else f"{home.__name__} ({kind.__name__})"


def _without_own_port(url: str) -> str:
    """Leave out the port of a server on this machine: each test or worker may start one of its own."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        own = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        own = False
    return parts._replace(netloc=f"[{host}]" if ":" in host else host).geturl() if own else url


def _digits(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool) and isinstance(node.value, str | int):
            text = str(node.value)
            if text.isascii() and text.isdigit() and 1 < len(text) <= _LONGEST:
                yield text


def _modules(app: object, root: Path) -> Iterator[ModuleType]:
    """Give the application's modules, and those of the project that they use."""
    waiting = [module for each in _starts(app) for module in _home(each)]
    seen: set[str] = set()
    while waiting and len(seen) < _MODULES:
        module = waiting.pop(0)
        if module.__name__ in seen or not _is_ours(module, root):
            continue
        seen.add(module.__name__)
        yield module
        for value in list(vars(module).values()):
            waiting += [value] if isinstance(value, ModuleType) else _home(value)


def _starts(app: object) -> Iterable[object]:
    yield app
    yield from (getattr(each, "endpoint", None) for each in getattr(app, "routes", ()))
    for value in getattr(app, "__dict__", {}).values():  # Flask's view_functions, and any table of handlers
        yield from value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else (value,)
    settings = sys.modules.get("django.conf")
    if settings is not None and settings.settings.configured:
        yield sys.modules.get(str(getattr(settings.settings, "ROOT_URLCONF", "")))
        yield sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))


def _home(value: object) -> list[ModuleType]:
    if isinstance(value, ModuleType):
        return [value]
    name = getattr(value, "__module__", None)
    module = sys.modules.get(name) if isinstance(name, str) else None
    return [] if module is None else [module]


def _is_ours(module: ModuleType, root: Path) -> bool:
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return False
    path = Path(file).resolve()
    return path.is_relative_to(root.resolve()) and "site-packages" not in path.parts
