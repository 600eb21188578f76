"""Fills text templates with facts. A successful request never calls this module.

Facts can be any object. A template names fields of the facts in braces, for example `{asked}`. The type of a value
determines its format. `{asked:amount}` shows an integer as an amount in the `currency` of the facts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from string import Formatter

from refunds.domain.money import Amount, format_amount
from refunds.domain.refund.explanation_facts import Due

AMOUNT = "amount"
WORDS = "words"
"""The format that shows a name with spaces instead of underscores. `debit_card` becomes `debit card`."""

COUNT = ","
"""The format that shows a number with commas between thousands, as in 1,000."""

FORMATS = frozenset({"", AMOUNT, WORDS, COUNT})
"""Formats that a field may have after its colon. Lines of findings may also use EXACT and OTHERWISE."""

EXACT = "exact"
"""The format that shows a time with all its digits."""

OTHERWISE = "or "
"""Starts a format for None and empty values. `{arn:or empty}` shows `empty` for them. It may follow EXACT."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in three parts: what happened, why, and what to do.

    Each part has one or two sentences. `why` and `action` may be empty.
    """

    what: str
    why: str = ""
    action: str = ""


_DUE: Mapping[int | None, str] = {None: "", 0: " now", 1: " in {wait_s} s"}
"""Texts for the time at which the service acts. The key 1 stands for any number of seconds above 0."""


def filled(text: Text, facts: object) -> str:
    """Returns all parts of the text in one line, filled with the facts."""
    return " ".join(part for part in parts_of(text, facts) if part)


def parts_of(text: Text, facts: object) -> tuple[str, str, str]:
    """Returns the three parts of the text, filled with the facts."""
    return fill(text.what, facts), fill(text.why, facts), fill(text.action, facts)


def shown(value: object) -> str:
    """Returns a value as text for people.

    Times are in UTC and rounded up to the second. Members of a collection are joined with commas.
    """
    if isinstance(value, Amount):
        return format_amount(value.minor_units, value.currency)
    if isinstance(value, Due):
        return _DUE[value.wait_s if value.wait_s in (None, 0) else 1].format_map({"wait_s": value.wait_s})
    if isinstance(value, datetime):
        return f"{_whole_second(value):%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, timedelta):
        return f"{value.days} days" if value.days > 1 else f"{int(value.total_seconds()) // 3600} hours"
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(map(shown, value))
    return f"{value:g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)


def fill(template: str, facts: object, show: Callable[[object], str] = shown) -> str:
    """Returns the template filled with the fields of the facts.

    Raises AttributeError if the template names a field that the facts do not have.
    """
    return template.format_map(_Shown(facts, show)) if "{" in template else template


def fields_of(text: Text) -> Iterator[tuple[str, str]]:
    """Yields the name and format of each field in the text, for tests and translators."""
    for template in (text.what, text.why, text.action):
        for _, name, spec, _ in Formatter().parse(template):
            if name is not None:
                yield name, spec or ""


class _Shown(dict[str, object]):
    """Maps each field name of the facts to a value that is formatted for people."""

    def __init__(self, facts: object, show: Callable[[object], str]) -> None:
        super().__init__()
        self._facts, self._show = facts, show

    def __missing__(self, name: str) -> "_Field":
        return _Field(getattr(self._facts, name), self._facts, self._show)


@dataclass(frozen=True, slots=True)
class _Field:
    value: object
    facts: object
    show: Callable[[object], str]

    def __format__(self, spec: str) -> str:
        if spec == COUNT:
            return f"{self.value:,}"
        before, otherwise, words = spec.partition(OTHERWISE)
        if otherwise and not self.value:
            return words
        if spec == AMOUNT and isinstance(self.value, int):
            return format_amount(self.value, str(getattr(self.facts, "currency")))  # noqa: B009 - any facts
        if before.startswith(EXACT):
            return str(self.value)
        return self.show(self.value).replace("_", " ") if spec == WORDS else self.show(self.value)


def _whole_second(moment: datetime) -> datetime:
    """Returns the time in UTC, rounded up to a whole second. So a client that retries at that time is not early."""
    utc = moment.astimezone(UTC)
    return utc if utc.microsecond == 0 else utc.replace(microsecond=0) + timedelta(seconds=1)
