"""Files as spreadsheets write them: read as they are meant, or refused in words that help."""

import pytest

from refunds.runtime.http.problems import Problem
from refunds.runtime.schema.decoding import given
from refunds.services.api.files.bulk_rows import CSV, NDJSON, parse, read_rows

HEAD = "payment_id;amount;reason_code\n"


def rows_of(text: str) -> list[tuple[str, int | None]]:
    """The payment and the amount of each row."""
    return [(row.payment_id, given(row.body().amount)) for row in map(parse, read_rows(text.encode(), CSV))]


def refusal_of(text: str, media_type: bytes = CSV) -> tuple[str, str]:
    """Pointer and detail of the first refusal, of the file or of a row."""
    with pytest.raises(Problem) as refused:
        _read(text.encode(), media_type)
    first = refused.value.errors[0]
    return first.pointer, first.detail


def _read(body: bytes, media_type: bytes) -> None:
    for row in read_rows(body, media_type):
        parse(row).body()


HABITS = {
    "sep= in front": "sep=;\n" + HEAD + "pay_01;5;duplicate\n",
    "sep= quoted and padded": '"sep=;";;\r\n' + HEAD + "pay_01;5;duplicate\n",
    "sep= behind a mark": "\ufeffsep=;\r\n" + HEAD + "pay_01;5;duplicate\n",
    "sep= upper case, empty lines": "\nSEP=;\n\n" + HEAD + "pay_01;5;duplicate\n",
    "sep= of a tab": "sep=\t\npayment_id\tamount\treason_code\npay_01\t5\tduplicate\n",
    "empty line before the header": "\n" + HEAD + "pay_01;5;duplicate\n",
    "lines of spaces and separators before the header": "\r\n ;;\r\n\u00a0;\t;\r\n" + HEAD + "pay_01;5;duplicate\n",
    "trailing separator": "payment_id;amount;reason_code;\npay_01;5;duplicate;\n",
    "trailing separators": "payment_id;amount;reason_code;;;\npay_01;5;duplicate;;;\n",
    "trailing separators in rows alone": HEAD + "pay_01;5;duplicate;;;\n",
    "trailing separator in the header alone": "payment_id;amount;reason_code;;\npay_01;5;duplicate\n",
    "empty column in the middle": "payment_id;;amount;reason_code\npay_01;;5;duplicate\n",
    "empty column in front": ";payment_id;amount;reason_code\n;pay_01;5;duplicate\n",
    "mark, line ends": "\ufeffpayment_id;amount;reason_code\r\npay_01;5;duplicate\r\n\r\n",
    "carriage returns alone": "payment_id;amount;reason_code\rpay_01;5;duplicate\r",
    "quoted header behind a mark": '\ufeff"payment_id";"amount";"reason_code"\npay_01;"5";duplicate\n',
    "header in capitals with spaces": " Payment_ID ; AMOUNT\u00a0;\u00a0Reason Code\npay_01;5;duplicate\n",
    "spaces and characters that nobody sees": HEAD + " pay_01\u00a0;\u200b5\u2009;\ufeffduplicate\u200f\n",
    "numbers as text": HEAD + "'pay_01;'5;'duplicate\n",
    "numbers as formulas": HEAD + '="pay_01";="5";duplicate\n',
    "numbers as quoted formulas": HEAD + '"=""pay_01""";"=""5""";duplicate\n',
    "no final line end": HEAD + "pay_01;5;duplicate",
    "final lines of separators": HEAD + "pay_01;5;duplicate\n;;\n;;\n",
}


@pytest.mark.parametrize("text", HABITS.values(), ids=HABITS)
def test_habits_of_spreadsheets_change_nothing(text: str) -> None:
    assert rows_of(text) == [("pay_01", 5)]


@pytest.mark.parametrize("cell", ["", " ", "\u00a0", "\u200b", '""', "'", '=""', "\ufeff"])
@pytest.mark.parametrize("column", ["amount", "amount_major"])
def test_empty_cell_for_an_amount_is_refused_with_the_rule(column: str, cell: str) -> None:
    pointer, detail = refusal_of(f"payment_id;{column};currency;reason_code\npay_01;{cell};EUR;duplicate\n")

    assert (pointer, detail) == (
        f"/{column}",
        "The cell is empty. Write the amount, or `all` to refund the whole amount that is left.",
    )


def test_row_too_short_for_its_amount_is_refused_with_the_rule() -> None:
    assert refusal_of("payment_id,reason_code,amount\npay_01,duplicate\n")[0] == "/amount"


@pytest.mark.parametrize("word", ["all", "ALL", " All "])
@pytest.mark.parametrize("column", ["amount", "amount_major"])
def test_all_asks_for_all_that_is_left(column: str, word: str) -> None:
    assert rows_of(f"payment_id;{column};reason_code\npay_01;{word};duplicate\n") == [("pay_01", None)]


@pytest.mark.parametrize("word", ["null", "NULL", "None", "-", "n/a", "NaN", "#REF!", "=A1+1", "alle", "0", "-5"])
def test_other_words_than_all_are_no_amount(word: str) -> None:
    assert refusal_of(HEAD + f"pay_01;{word};duplicate\n")[0] == "/amount"


def test_file_without_a_column_for_amounts_is_refused_with_the_rule() -> None:
    assert refusal_of("payment_id,reason_code\npay_01,duplicate\n") == (
        "/amount",
        (
            "The file must have a column amount or a column amount_major. Write `all` in this column to refund the "
            "whole amount that is left."
        ),
    )


def test_file_with_both_columns_for_amounts_has_one_of_them_in_each_row() -> None:
    both = "payment_id;amount;amount_major;currency;reason_code\n"

    assert rows_of(both + "pay_01;5;;EUR;duplicate\npay_02;;0,05;EUR;duplicate\n") == [("pay_01", 5), ("pay_02", 5)]
    assert refusal_of(both + "pay_01;;;EUR;duplicate\n")[0] == "/amount"
    assert refusal_of(both + "pay_01;all;0,05;EUR;duplicate\n")[0] == "/amount_major"


@pytest.mark.parametrize("column", ["currency", "method", "submit"])
def test_empty_cell_of_what_decides_how_money_moves_is_refused(column: str) -> None:
    pointer, detail = refusal_of(f"payment_id;amount;reason_code;{column}\npay_01;5;duplicate;\n")

    assert pointer == f"/{column}"
    assert detail.startswith("The cell is empty. Write ")


@pytest.mark.parametrize("cell", ["0", "1", "FALSCH", "WAHR", "no", "yes", "f", "null", "true."])
def test_draft_is_asked_for_in_no_words_but_false(cell: str) -> None:
    pointer, detail = refusal_of(f"payment_id;amount;reason_code;submit\npay_01;5;duplicate;{cell}\n")

    assert (pointer, detail) == (
        "/submit",
        "Must be true (to submit the refund) or false (to create a draft). Other words and numbers are not accepted.",
    )


@pytest.mark.parametrize(("cell", "submit"), [("true", True), ("FALSE", False), (" False ", False), ("'TRUE", True)])
def test_draft_is_asked_for_in_letters_of_any_size(cell: str, submit: bool) -> None:
    text = f"payment_id;amount;reason_code;submit\npay_01;5;duplicate;{cell}\n"
    (row,) = map(parse, read_rows(text.encode(), CSV))

    assert row.body().submit is submit


def test_no_cell_is_answered_that_it_is_a_text() -> None:
    columns = ("payment_id", "amount_major", "currency", "method", "submit", "idempotency_key", "reason_code")
    for column in columns:
        for cell in ("\u00e9", "0", "x" * 300):
            cells = {"payment_id": "pay_01", "amount_major": "5", "currency": "EUR", "reason_code": "duplicate"}
            cells |= {column: cell}
            text = f"{';'.join(cells)}\n{';'.join(cells.values())}\n"
            try:
                _read(text.encode(), CSV)
            except Problem as refused:
                assert "text" not in refused.errors[0].detail, (column, cell)  # noqa: PT017 - some may be read


def test_unknown_currency_is_refused_as_unknown() -> None:
    head = "payment_id;amount_major;currency;reason_code\n"

    pointer, detail = refusal_of(head + "pay_01;1,50;EUX;duplicate\n")

    assert pointer == "/currency"
    assert detail.startswith("The service does not know the currency EUX")
    assert (
        refusal_of("payment_id;amount_major;reason_code\npay_01;1,50;duplicate\n")[1]
        == "An amount_major needs a currency. Write the currency in the column currency."
    )


@pytest.mark.parametrize(
    "field", ["amount", "amount_major", "currency", "method", "submit", "idempotency_key", "metadata", "line_items"]
)
def test_null_is_no_value_of_any_field_of_a_line(field: str) -> None:
    line = f'{{"payment_id":"pay_01","reason":{{"code":"duplicate"}},"{field}":null}}\n'

    pointer, detail = refusal_of(line, NDJSON)

    assert pointer == f"/{field}"
    assert "not null" in detail or field == "method"


def test_line_without_an_amount_asks_for_all_that_is_left_as_a_single_request_does() -> None:
    (row,) = read_rows(b'{"payment_id":"pay_01","reason":{"code":"duplicate"}}\n', NDJSON)

    assert given(parse(row).body().amount) is None


@pytest.mark.parametrize("amount", ['"all"', '""', '"5"', "5.0", "[]", "true"])
def test_amount_of_a_line_is_an_integer(amount: str) -> None:
    line = f'{{"payment_id":"pay_01","reason":{{"code":"duplicate"}},"amount":{amount}}}'

    assert refusal_of(line, NDJSON)[0] == "/amount"


@pytest.mark.parametrize(
    ("text", "pointer", "words"),
    [
        ("sep=|\npayment_id|amount|reason_code\n", "/sep", "a comma, a semicolon or a tab"),
        ("sep=\n" + HEAD, "/sep", "a comma, a semicolon or a tab"),
        ("payment_id;amount;reason_code;\npay_01;5;duplicate;x\n", "", "column without a name"),
        (HEAD + "pay_01;5;duplicate;x\n", "", "4 cells, but the header has 3 names"),
        ("payment_id;amount;Amount;reason_code\n", "/amount", "twice"),
        (";;\n\n", "/payment_id", "empty"),
        (
            "Zahlung;amount;reason_code\n",
            "/zahlung",
            "The service does not know this column. A file may have these columns: amount, ",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_that_help(text: str, pointer: str, words: str) -> None:
    found, detail = refusal_of(text)

    assert found == pointer
    assert words in detail


def test_every_fault_of_the_columns_is_named_at_once() -> None:
    with pytest.raises(Problem) as refused:
        list(read_rows(b"reason,amount,amount,note\n", CSV))

    assert {error.pointer: error.code for error in refused.value.errors} == {
        "/reason": "unknown_field",
        "/note": "unknown_field",
        "/payment_id": "required",
        "/reason_code": "required",
        "/amount": "invalid",
    }
    assert "reason_code, reason_text" in refused.value.errors[0].detail


@pytest.mark.parametrize(("of_header", "of_rows"), [(";", ","), (",", ";"), ("\t", ",")])
def test_row_with_another_separator_than_the_header_is_answered_with_both(of_header: str, of_rows: str) -> None:
    names = {";": "semicolons", ",": "commas", "\t": "tabs"}
    header = of_header.join(["payment_id", "amount", "currency", "reason_code"])
    row = of_rows.join(["pay_1", "100", "EUR", "duplicate"])

    first, second = read_rows(f"{header}\n{row}\n{row.replace(of_rows, of_header)}\n".encode(), CSV)

    with pytest.raises(Problem) as refused:
        parse(first)
    assert all(names[mark] in refused.value.detail for mark in (of_header, of_rows))
    assert given(parse(second).body().amount) == 100


def test_other_separators_within_a_row_of_the_headers_separator_are_texts() -> None:
    row, short = read_rows(
        f"{HEAD[:-1]};reason_text\npay_1;100;duplicate;a, b, c, d\npay_2;100;duplicate\n".encode(), CSV
    )

    assert parse(row).body().reason.text == "a, b, c, d"
    assert given(parse(short).body().amount) == 100


def test_texts_keep_their_apostrophes_and_metadata_its_letters() -> None:
    text = "payment_id;amount;reason_code;reason_text;Metadata.OrderNo\npay_01;5;duplicate;'tis;'007\n"
    (row,) = map(parse, read_rows(text.encode(), CSV))

    assert row.reason.text == "'tis"
    assert row.metadata == {"OrderNo": "'007"}


def test_key_of_a_row_is_not_spaces_alone() -> None:
    line = '{"payment_id":"pay_01","reason":{"code":"duplicate"},"idempotency_key":"  "}'

    assert refusal_of(line, NDJSON)[0] == "/idempotency_key"


def test_amount_in_a_retired_currency_is_read_in_its_units() -> None:
    """Payments that were captured in it are refunded in it."""
    assert rows_of("payment_id;amount_major;currency;reason_code\npay_01;12,5;HRK;duplicate\n") == [("pay_01", 1_250)]
