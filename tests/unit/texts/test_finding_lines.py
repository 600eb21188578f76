"""Each finding of a verification has one line with its facts, and no line is built beside the table."""

import ast
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest

import refunds
from refunds.domain.audit import anchor_findings, chain_findings
from refunds.domain.audit.anchor_findings import LostBeforeEpoch
from refunds.domain.audit.chain_findings import ChainShortened
from refunds.domain.finding import Finding
from refunds.domain.verification import (
    archive_findings,
    audit_findings,
    books_findings,
    history_findings,
    payment_findings,
)
from refunds.domain.verification.archive_findings import RowMiscounted, VersionNotCounted, VersionsOutOfOrder
from refunds.domain.verification.books_findings import ArnDiffers
from refunds.domain.verification.payment_findings import PaymentDueOtherwise
from refunds.texts.finding_lines import FINDING_LINES, line_of

SOURCE = Path(refunds.__file__).parent
MODULES = (
    anchor_findings,
    chain_findings,
    archive_findings,
    audit_findings,
    books_findings,
    history_findings,
    payment_findings,
)
KINDS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Finding) and kind is not Finding
]
CHECKS = [
    path
    for room in ("domain/verification", "usecases/verification")
    for path in sorted((SOURCE / room).glob("*.py"))
    if path.stem != "earlier_texts"
]
"""All checks; `earlier_texts` holds what earlier releases stored, which is compared and shown to nobody."""


def test_each_finding_has_one_line() -> None:
    assert set(FINDING_LINES) == set(KINDS)
    assert len(KINDS) == len(set(KINDS)) == len(set(FINDING_LINES.values()))
    assert {kind.__name__ for kind in Finding.__subclasses__()} == {kind.__name__ for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_line_of_a_finding_names_the_facts_that_it_has(kind: type[Finding]) -> None:
    named = {name for _, name, _, _ in Formatter().parse(FINDING_LINES[kind]) if name}

    assert named == {field.name for field in fields(kind)}


def test_line_shows_findings_within_a_finding() -> None:
    lost = LostBeforeEpoch(epoch=2, lost=ChainShortened(chain="mer_1", ends_at=5, anchored=6))
    row = RowMiscounted(refund_id="ref_1", faults=(VersionNotCounted(version=2), VersionsOutOfOrder()))

    assert line_of(lost) == (
        "audit records were lost before epoch 2 of the anchors began: mer_1: the audit log of this tenant ends at "
        "record 5, but it had 6 records when it was last anchored"
    )
    assert line_of(row) == (
        "ref_1: the list of refunds counts other versions for this refund than its history has: version 2 is not "
        "counted, a version is counted twice, or the versions are in the wrong order"
    )


def test_line_names_what_is_missing_and_moments_with_all_digits() -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
    due = PaymentDueOtherwise(payment_id="pay_1", due_at=None, first_of_refunds=at)

    assert line_of(ArnDiffers(refund_id="ref_1", here="", at_gateway="arn_1")) == (
        "ref_1: the ARN (acquirer reference number) of the refund is empty in this service, but arn_1 at the gateway"
    )
    assert line_of(due) == (
        "pay_1: the time of the next work is missing in the payment, but 2026-03-01 12:00:00.000005+00:00 in its "
        "refunds"
    )


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_no_check_builds_a_sentence(path: Path) -> None:
    tree = ast.parse(path.read_text())
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    words = [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and " " in node.value.strip()
        and id(node) not in docstrings
    ]

    assert words == []
