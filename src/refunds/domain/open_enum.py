"""Enumerations whose stored values a later release may add to.

A value that this release does not know is read and compared as text, and written back unchanged. Never used for values
that decide about money: there, an unknown value must stop the reader.
"""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """Any unknown text is a value, too; it is in no iteration and equals no known member."""

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
