"""Converts sets of numbers to text such as `0-3,7`, and back. The numbers are faults or scripts to leave out."""

from collections.abc import Collection

NUMBER_MAX = 1_000_000


def numbers_of(text: str) -> frozenset[int]:
    """Returns the numbers that the text names. Raises ValueError if the text does not have the right form."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        if not first.isdecimal() or not (last.isdecimal() or last == "") or ("-" in part and not last):
            raise ValueError(f"{part} is neither a number nor a span as 0-3")
        if last and int(first) > int(last):
            raise ValueError(f"{part} is no span: it ends before it begins")
        span = range(int(first), int(last or first) + 1)
        if span.stop > NUMBER_MAX:
            raise ValueError(f"{part} reaches beyond {NUMBER_MAX}")
        found.update(span)
    return frozenset(found)


def text_of(numbers: Collection[int]) -> str:
    """Returns the shortest text that names these numbers."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(f"{first}-{last}" if first != last else str(first) for first, last in spans)
