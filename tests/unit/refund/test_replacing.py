"""`domain.payment.replacing.replace` is `dataclasses.replace`, only cheaper."""

from dataclasses import FrozenInstanceError, dataclass
from dataclasses import replace as by_the_library

import pytest

from refunds.domain.payment.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    name: str
    levels: tuple[int, ...] = ()
    text: str | None = None


HERE = Place(name="here", levels=(1, 2), text="x")


def test_copies_what_is_not_changed_and_changes_the_rest() -> None:
    assert replace(HERE, name="there", text=None) == by_the_library(HERE, name="there", text=None)
    assert Place(name="here", levels=(1, 2), text="x") == HERE


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        replace(HERE, nothing=1)


def test_the_copy_is_frozen_too() -> None:
    with pytest.raises(FrozenInstanceError):
        replace(HERE).name = "elsewhere"  # type: ignore[misc]
