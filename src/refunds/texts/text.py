"""Texts as templates, and how they are filled with facts. Pure; never called for a successful request.

A template names fields of its facts in braces, as `{asked}`. The type of a value determines its format. An integer that
is an amount is marked, `{asked:amount}`, and is shown in the facts' `currency`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from string import Formatter

from refunds.domain.money import Amount, format_amount
from refunds.domain.refund.explanation_facts import Due

AMOUNT = "amount"
WORDS = "words"
"""Format that shows a name like `debit_card` as words: debit card."""

COUNT = ","
"""Format that shows a number with commas between thousands."""

FORMATS = frozenset({"", AMOUNT, WORDS, COUNT})
"""Formats that may stand after the colon of a field; lines of findings also have EXACT and OTHERWISE."""

EXACT = "exact"
"""Format that shows a moment with all its digits."""

OTHERWISE = "or "
"""Begins the text for an empty value or None, as in `{arn:or empty}`; may follow EXACT."""


@dataclass(frozen=True, slots=True)
class Text:
    """What happened, why, and what to do: one or two sentences each. `why` and `action` may be empty."""

    what: str
    why: str = ""
    action: str = ""


_DUE: Mapping[int | None, str] = {None: "", 0: " now", 1: " in {wait_s} s"}
"""When the service acts, with a leading blank: for None, for 0, and for any other number of seconds."""


def filled(text: Text, facts: object) -> str:
    """Returns the whole text in one line."""
    return " ".join(part for part in parts_of(text, facts) if part)


def parts_of(text: Text, facts: object) -> tuple[str, str, str]:
    """Returns what happened, why, and what to do, filled with these facts."""
    return fill(text.what, facts), fill(text.why, facts), fill(text.action, facts)


def shown(value: object) -> str:
    """Returns a value for people: moments in UTC, rounded up to the second; members joined by commas."""
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
    """Returns the template filled with the facts' fields. AttributeError for a field that the facts do not have."""
    return template.format_map(_Shown(facts, show)) if "{" in template else template


def fields_of(text: Text) -> Iterator[tuple[str, str]]:
    """Yields name and format of each field in the text, for tests and translators."""
    for template in (text.what, text.why, text.action):
        for _, name, spec, _ in Formatter().parse(template):
            if name is not None:
                yield name, spec or ""


class _Shown(dict[str, object]):
    """The fields of some facts, each in the form for people."""

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
    """Returns the moment rounded up to a whole second, so that nobody who returns at that time is too early."""
    utc = moment.astimezone(UTC)
    return utc if utc.microsecond == 0 else utc.replace(microsecond=0) + timedelta(seconds=1)
