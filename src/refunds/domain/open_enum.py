"""Enumerations whose stored values a later release may add to.

What this release does not know is read as text, compared as text, and written back as it was. Never used where a value
decides about money: there, an unknown value must stop the reader.
"""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """Any other text is a value without a name of its own; it is in no iteration and equals no known member."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Whether this release has a name for it."""
        return self.value in type(self)._value2member_map_
