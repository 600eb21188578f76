"""Enumerations to whose stored values a later release may add.

A value that this release does not know is read and compared as text, and written back unchanged. Not for values that
decide about money: an unknown value of those must stop the reader.
"""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """Accepts any unknown text as a value; such a value is not iterated over and equals no known member."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """True if this release has a member of this value."""
        return self.value in type(self)._value2member_map_
