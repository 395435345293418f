"""Refuses to set what an object does not have: a misspelled name in a test would be taken silently, and do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Guarded:
    """Be an object that tests set a few names of; its own class sets what it likes until `_sealed` is true.

    After that a property with a setter can be set, and what it holds be replaced by what is of the same kind.
    """

    _place: ClassVar[str]
    """What tests call it, for messages."""
    _cures: ClassVar[Mapping[str, str]] = {}
    """How to change what cannot be replaced."""
    _texts: ClassVar[frozenset[str]] = frozenset()
    """What is a text or None."""
    _sealed = False

    def __setattr__(self, name: str, value: object) -> None:
        """Set a name that can be set, and refuse any other."""
        __tracebackhide__ = True
        if self._sealed and not name.startswith("_") and not self._takes(name, value):
            if name in self.__dict__ or hasattr(type(self), name):
                cure = "it takes a text or None" if name in self._texts else "it is there to be read"
                cure = self._cures.get(name, cure)
                raise SettingError(f"{self._place}.{name} cannot be replaced by {value!r}; {cure}")
            kinds = {each: getattr(type(self), each) for each in dir(type(self))}
            settable = [each for each, kind in kinds.items() if getattr(kind, "fset", None)]
            known = [*settable, *self._cures, *(each for each in self.__dict__ if not each.startswith("_"))]
            raise SettingError(f"{self._place} has no {name!r} to set{did_you_mean(name, known)}")
        super().__setattr__(name, value)

    def _takes(self, name: str, value: object) -> bool:
        kind = getattr(type(self), name, None)
        if callable(kind):  # tests spy on methods, and put them back
            return True
        if name in self._texts:
            return value is None or isinstance(value, str)
        if name in self.__dict__:
            return isinstance(value, type(self.__dict__[name]))
        return getattr(kind, "fset", None) is not None
