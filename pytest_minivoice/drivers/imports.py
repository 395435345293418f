"""Imports the application that an import string names: `package.module:attribute` or `package.module:create_app()`."""

from __future__ import annotations

import re
from importlib import import_module

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import SettingError

_FORM = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)(\(\))?")


def load(name: str, origin: str) -> object:
    """Import an application.

    Args:
        name: The import string.
        origin: The setting it comes from, for messages.

    Returns:
        The application.

    Raises:
        SettingError: If it cannot be imported, with the reason.
    """
    match = _FORM.fullmatch(name)
    if match is None:
        message = f"{origin}: {name!r} is neither package.module:attribute, package.module:factory() nor an http URL"
        raise SettingError(message)
    module, attribute, call = match.groups()
    try:
        found: object = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            message = f"{origin}: importing {module} failed: {error}"
            raise SettingError(message) from error
        message = f"{origin}: there is no module {error.name!r}; add its folder to the ini option pythonpath"
        raise SettingError(message) from None
    except Exception as error:
        message = f"{origin}: importing {module} failed: {type(error).__name__}: {error}"
        raise SettingError(message) from error
    for part in attribute.split("."):
        found = _attribute(found, part, f"{origin}: {module}")
    return _made(found, f"{origin}: {name}") if call else found


def _attribute(owner: object, name: str, where: str) -> object:
    if not hasattr(owner, name):
        raise SettingError(f"{where} has no attribute {name!r}{did_you_mean(name, dir(owner))}")
    found: object = getattr(owner, name)
    return found


def _made(factory: object, where: str) -> object:
    if not callable(factory):
        message = f"{where}: it is {type(factory).__name__}, not a factory; leave out the ()"
        raise SettingError(message)
    try:
        made: object = factory()
    except Exception as error:
        message = f"{where} raised {type(error).__name__}: {error}"
        raise SettingError(message) from error
    if made is None:
        raise SettingError(f"{where} returned None; does it return the application?")
    return made
