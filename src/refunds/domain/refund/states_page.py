"""Generates the text of docs/states.md from the table of states.

The script scripts/states_page calls this module. A test also calls it and compares the page with the table. This module
never reads or writes a file.
"""

from refunds.domain.payment.states import FINAL, RESERVATION_EFFECTS, TABLE, WAITS_FOR_PERSON, Fact, Status

_HEAD = """# States of a refund

Generated from `src/refunds/domain/payment/states.py` by `scripts/states_page`; a test fails where the two differ.

The picture leaves out repeats (a fact that leads to the status where it is): they are absorbed without an event.
What each fact means is written at `Fact` in that file. From `unknown`, `gateway_unavailable` leads to `gateway_error`
if the gateway answers a status query that it does not know the attempt: the refund is submitted again.
"""


def states_page() -> str:
    """Returns the whole page as Markdown text that ends with a newline."""
    parts = (
        _HEAD,
        _picture(),
        "## What each status holds\n",
        _statuses(),
        "## Every allowed pair\n\nWhat is not in this table is refused (`TransitionNotAllowed`).\n",
        _pairs(),
    )
    return "\n".join(parts)


def _picture() -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    for before in Status:
        for after in Status:
            facts = [fact.value for fact in Fact if TABLE.get((before, fact)) is after]
            if facts and after is not before:
                lines.append(f"    {before.value} --> {after.value}: {', '.join(facts)}")
    lines += [f"    {status.value} --> [*]" for status in Status if status in FINAL]
    return "\n".join([*lines, "```", ""])


def _statuses() -> str:
    lines = ["| status | holds of the captured amount | final | waits for |", "|---|---|---|---|"]
    for status in Status:
        is_final = "yes" if status in FINAL else "no"
        lines.append(f"| {status.value} | {RESERVATION_EFFECTS[status].value} | {is_final} | {_waits_for(status)} |")
    return "\n".join([*lines, ""])


def _waits_for(status: Status) -> str:
    if status in FINAL:
        return "nothing"
    if status in WAITS_FOR_PERSON:
        return "a person"
    return "the review" if status is Status.SUBMITTED else "the gateway"


def _pairs() -> str:
    lines = ["| status | fact | status after |", "|---|---|---|"]
    for status in Status:
        for fact in Fact:
            after = TABLE.get((status, fact))
            if after is not None:
                lines.append(f"| {status.value} | {fact.value} | {'the same' if after is status else after.value} |")
    return "\n".join([*lines, ""])
