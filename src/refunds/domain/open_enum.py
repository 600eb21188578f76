"""Defines enumerations whose values are stored, and to which later releases may add values.

A value that this release does not know is read and compared as text, and written back unchanged. Do not use such an
enumeration if decisions about money depend on the value, because then an unknown value must stop the reader.
"""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """An enumeration that accepts any text as a value.

    An unknown value equals no known member, and iteration over the enumeration does not include it.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """True if this release has a member with this value."""
        return self.value in type(self)._value2member_map_
