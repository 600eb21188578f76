"""The sandbox gateway over HTTP: what each token does, to the caller and to the books."""

import asyncio
from pathlib import Path

import httpx
from tests.service.gateway.sandbox_process import Sandbox, running


def test_refund_succeeds_and_is_in_the_books(sandbox: Sandbox, payment: str, reference: str) -> None:
    answer = sandbox.refund(reference, payment=payment)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["amount"], body["currency"]) == ("succeeded", 60, "USD")
    assert len(body["arn"]) == 23
    books = sandbox.books(payment)
    assert (books["moved"], books["currency"]) == (60, "USD")
    assert [(m["reference"], m["amount"]) for m in books["movements"]] == [(reference, 60)]


def test_key_that_is_too_old_is_forgotten_and_moves_money_again(tmp_path: Path) -> None:
    with running(tmp_path, KEY_LIFETIME_S="60") as sandbox:
        sandbox.refund("att_1", 40)
        sandbox.advance(59)
        known = sandbox.refund("att_1", 40)
        sandbox.advance(2)
        forgotten = sandbox.refund("att_1", 40)
        moved = sandbox.books()["moved"]
    with running(tmp_path) as after_restart:
        found = after_restart.ask("att_1").json()

    assert (known.headers["idempotent-replayed"], "idempotent-replayed" in forgotten.headers) == ("true", False)
    assert (moved, found["gateway_refund_id"]) == (80, forgotten.json()["gateway_refund_id"])


def test_answer_and_status_query_name_when_the_refund_came_to_its_status(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        first = sandbox.refund("att_1", token="tok_late_failure").json()
        sandbox.advance(3_600)
        later = sandbox.ask("att_1").json()

    assert first["updated_at"] == first["created_at"] == later["created_at"]
    assert (later["status"], later["updated_at"] > first["updated_at"]) == ("failed", True)


def test_same_key_gets_the_first_answer_again(sandbox: Sandbox, payment: str, reference: str) -> None:
    first = sandbox.refund(reference, payment=payment)
    second = sandbox.refund(reference, payment=payment)

    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert (second.status_code, second.content) == (201, first.content)
    assert sandbox.books(payment)["moved"] == 60


def test_same_key_with_another_body_is_refused(sandbox: Sandbox, payment: str, reference: str) -> None:
    sandbox.refund(reference, payment=payment)

    answer = sandbox.refund(reference, 59, payment=payment)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "idempotency_key_reused"


def test_one_key_asked_by_64_at_once_moves_once(sandbox: Sandbox, payment: str, reference: str) -> None:
    body = {
        "reference": reference,
        "amount": 60,
        "currency": "USD",
        "captured_amount": 100,
    }

    answers = asyncio.run(_ask_at_once(sandbox.url, payment, [body] * 64))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sandbox.books(payment)["moved"] == 60


def test_64_refunds_of_60_on_100_exactly_one_succeeds(sandbox: Sandbox, payment: str, reference: str) -> None:
    bodies = [
        {"reference": f"{reference}_{n}", "amount": 60, "currency": "USD", "captured_amount": 100} for n in range(64)
    ]

    answers = asyncio.run(_ask_at_once(sandbox.url, payment, bodies))

    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 63
    assert sandbox.books(payment)["moved"] == 60


def test_refusal_is_remembered_and_can_be_asked_for(sandbox: Sandbox, payment: str, reference: str) -> None:
    first = sandbox.refund(reference, 101, payment=payment)
    second = sandbox.refund(reference, 101, payment=payment)

    status = sandbox.ask(reference).json()
    assert (first.status_code, second.content) == (400, first.content)
    assert first.json()["error"]["code"] == "amount_exceeds_remaining"
    assert (status["status"], status["raw_code"]) == ("failed", "amount_exceeds_remaining")


def test_other_currency_is_refused(sandbox: Sandbox, payment: str, reference: str) -> None:
    sandbox.refund(reference, payment=payment)

    answer = sandbox.refund(f"{reference}_2", 1, payment=payment, currency="EUR")

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "currency_not_supported"


def test_books_are_read_in_pages(sandbox: Sandbox, payment: str, reference: str) -> None:
    sandbox.refund(reference, payment=payment)
    sandbox.refund(f"{reference}_2", payment=f"{payment}_2")
    seen: list[str] = []
    cursor: str | None = "0"

    while cursor is not None:
        page = sandbox.client.get("/books", params={"limit": 2, "cursor": cursor}).json()
        seen += [account["gateway_payment_id"] for account in page["data"]]
        cursor = page["next_cursor"]

    assert seen[-2:] == [payment, f"{payment}_2"]
    assert len(seen) == len(set(seen))


def test_refund_is_found_by_its_own_id(sandbox: Sandbox, payment: str, reference: str) -> None:
    body = sandbox.refund(reference, payment=payment).json()

    assert sandbox.client.get(f"/refunds/{body['gateway_refund_id']}").json() == body
    assert sandbox.client.get("/refunds/sbr_00000000_00000001").status_code == 404


def test_error_codes_name_every_raw_code_once(sandbox: Sandbox) -> None:
    codes = [code["raw_code"] for code in sandbox.client.get("/error-codes").json()["data"]]

    assert len(codes) == len(set(codes)) > 16


async def _ask_at_once(url: str, payment: str, bodies: list[dict[str, str | int]]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(base_url=url, timeout=20, limits=limits) as client:
        return await asyncio.gather(
            *(
                client.post(
                    f"/payments/{payment}/refunds",
                    json=body,
                    headers={"Idempotency-Key": str(body["reference"])},
                )
                for body in bodies
            )
        )
