"""The quicker way to make frozen values makes the same values."""

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass

import pytest
from tests.support.copies import replace

from refunds.domain.money import Amount
from refunds_simulation.runs.quick_values import quick_values, quicker_init


@dataclass(frozen=True, slots=True)
class Plain:
    """A value as the product has them."""

    name: str
    amount: int = 3
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quick:
    """The same, to be made quicker."""

    name: str
    amount: int = 3
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One whose arguments are named."""

    name: str
    amount: int = 3


for each in (Quick, Named):
    setattr(each, "__init__", quicker_init(each))  # noqa: B010 - as a run does


def test_values_are_made_alike() -> None:
    plain, quick = Plain("a", parts=("b",)), Quick("a", parts=("b",))

    assert (quick.name, quick.amount, quick.parts) == (plain.name, plain.amount, plain.parts)
    assert type(quick) is Quick
    assert repr(quick) == repr(plain).replace("Plain", "Quick")


def test_they_are_equal_hashed_copied_and_replaced_as_before() -> None:
    quick = Quick("a", 4)

    assert quick == Quick("a", 4) != Quick("a")
    assert hash(quick) == hash(Quick("a", 4))
    assert copy.copy(quick) == pickle.loads(pickle.dumps(quick)) == quick
    assert replace(quick, amount=3) == Quick("a")


def test_they_stay_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Quick("a").name = "b"  # type: ignore[misc]


def test_wrong_arguments_are_refused_as_before() -> None:
    for kind in (Plain, Quick):
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
            kind()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Named("a")  # type: ignore[misc]
    assert Named(name="a").amount == 3


def test_product_is_as_before_after_a_run() -> None:
    arguments = inspect.signature(Amount.__init__)
    with quick_values():
        during = inspect.signature(Amount.__init__)
        made = Amount(5, "USD")

    assert during != arguments
    assert inspect.signature(Amount.__init__) == arguments
    assert made == Amount(5, "USD")
