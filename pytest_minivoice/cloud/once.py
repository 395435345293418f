"""An attribute that is made when somebody first asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class once(Generic[_T]):  # noqa: N801 - it is written as functools.cached_property is
    """Make an attribute when it is first asked for, and keep it.

    A campaign creates many calls in which nothing happens, and none of their empty lists. `functools.cached_property`
    has a lock before Python 3.12, and none from there on: threads that ask at the same time would get two.
    """

    def __init__(self, make: Callable[[Any], _T]) -> None:
        """Keep what makes it.

        Args:
            make: Is given the object. It may run more than once when threads ask first together; all get the same.
        """
        self._make = make
        self._name = ""
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the attribute's name."""
        self._name = name

    def __get__(self, instance: object, owner: type) -> _T:
        """Make it; from then on the object's own attribute is found before this."""
        kept: _T = instance.__dict__.setdefault(self._name, self._make(instance))
        return kept
