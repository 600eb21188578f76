"""Tables of the command line on a terminal of 80 columns: a table if it fits, else a card for each row."""

import pytest

from refunds.cli.views.output import print_table

REFUND, PAYMENT, MERCHANT = (f"{prefix}_01km1d0v8x7f3a9k2b5c8d1e4g7h" for prefix in ("ref", "pay", "mer"))


@pytest.fixture(autouse=True)
def columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal as most are at first."""
    monkeypatch.setenv("COLUMNS", "80")


def test_table_that_is_too_wide_becomes_cards(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(REFUND, PAYMENT, MERCHANT, "5.00 USD", ""), (REFUND, PAYMENT, MERCHANT, "7.00 USD", "late")]

    print_table(("refund", "payment", "merchant", ">amount", "why"), rows, "Refunds", is_terminal=True)

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "Refunds",
        *(f"refund    {REFUND}", f"payment   {PAYMENT}", f"merchant  {MERCHANT}", "amount    5.00 USD"),
        "",
        *(f"refund    {REFUND}", f"payment   {PAYMENT}", f"merchant  {MERCHANT}", "amount    7.00 USD"),
        "why       late",
        "",
    ]


def test_table_that_fits_stays_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("refund", ">amount"), [(REFUND, "5.00 USD")], is_terminal=True)

    shown = capsys.readouterr().out
    assert "refund" in shown.splitlines()[1]
    assert "─" in shown


def test_pipe_gets_the_whole_table_however_wide(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("refund", "payment", "merchant"), [(REFUND, PAYMENT, MERCHANT)], is_terminal=False)

    line = capsys.readouterr().out.splitlines()[3]
    assert line.split() == [REFUND, PAYMENT, MERCHANT]


def test_long_text_in_a_card_is_folded_and_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(
        ("refund", "payment", "merchant", "text"), [(REFUND, PAYMENT, MERCHANT, "word " * 40)], is_terminal=True
    )

    shown = capsys.readouterr().out
    assert shown.count("word") == 40
    assert max(map(len, shown.splitlines())) <= 80
