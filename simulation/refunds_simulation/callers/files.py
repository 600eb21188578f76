"""Sends a file of refunds for a few payments, and sends the file again while rows have no final answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from refunds.domain.errors import RefundsError, Unavailable
from refunds.domain.payment.payment import Decision
from refunds.domain.refund.bulk_file import FileDifference, FileRow
from refunds.usecases.refunds.preview_refunds import PreviewRefunds
from refunds_simulation.callers.promises import Asked
from refunds_simulation.callers.requests import Desk, Purchase, creation
from refunds_simulation.callers.stage import Stage
from refunds_simulation.machine.edge import Answer, answer_to
from refunds_simulation.product.services import Api

ROWS, SENT_MAX, PAUSE_S = 10, 3, 5.0
UNKNOWN_PAYMENT = "pay_01J00000000000000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the file. It has a refund request with a key, and what the caller knows about the key."""

    key: str
    purchase: Purchase
    amount: int
    asked: Asked
    has_own_key: bool = False


async def file(stage: Stage) -> None:
    """Sends all rows in one request. Repeats the request while the outcome of any row is unknown."""
    merchant = stage.merchant()
    bought = await asyncio.gather(*(stage.purchase(merchant, 0.5) for _ in range(3)))
    purchases = [purchase for purchase in bought if purchase is not None]
    if not purchases:
        return
    desk = stage.desk("files", merchant)
    rows = _rows(stage, desk, purchases)
    desk.caller.counts.add(len(rows) - 1, desk.caller.edge.loop.time())
    if stage.seeded_random.random() < 0.3:
        await _tried(stage, desk, rows)
    for _ in range(SENT_MAX):
        answer = await _sent(stage, desk, rows)
        if answer.is_ok and not any(_is_open(result) for result in answer.value):
            break
        await asyncio.sleep(PAUSE_S)
    else:
        return
    if stage.seeded_random.random() < 0.3:
        await _sent_otherwise(stage, desk, rows)


def _rows(stage: Stage, desk: Desk, purchases: Sequence[Purchase]) -> list[Row]:
    rows = []
    for index in range(ROWS):
        purchase, key = stage.seeded_random.choice(purchases), stage.key(f"file:{index}")
        amount = max(1, purchase.amount // 5 + int(stage.seeded_random.random() * 3))
        asked = desk.promises.ask(purchase.merchant.id, key, purchase.payment_id, amount)
        has_own_key = index > 0 and stage.seeded_random.random() < 0.2
        rows.append(Row(key=key, purchase=purchase, amount=amount, asked=asked, has_own_key=has_own_key))
    return rows


def _stored(rows: Sequence[Row]) -> list[FileRow]:
    """Returns the rows to store with the file's key, and one more row.

    The additional row names a payment that does not exist.
    """
    stored = [
        FileRow(
            number=number,
            payment_id=row.purchase.payment_id,
            content=None if row.has_own_key else f"{row.key}/{row.amount}",
        )
        for number, row in enumerate(rows)
    ]
    return [*stored, FileRow(number=len(rows), payment_id=UNKNOWN_PAYMENT, content="of nobody")]


async def _tried(stage: Stage, desk: Desk, rows: Sequence[Row]) -> None:
    """Does a dry run of the file. The dry run uses other keys and must store nothing."""
    file_key, is_one_key = stage.key("dry"), stage.seeded_random.random() < 0.3

    async def work(api: Api) -> object:
        await api.claim_file_key(desk.principal, file_key, _stored(rows), is_dry_run=True)
        preview = PreviewRefunds(payments=api.parts.payments, create_refund=api.create_refund)
        for number, row in enumerate(rows):
            key = "dry" if is_one_key else f"dry_{row.key}"
            try:
                await preview(desk.principal, creation(row.purchase, key, row.amount))
            except Unavailable:
                raise
            except RefundsError:
                continue
            if is_one_key and number and row.purchase is not rows[0].purchase:
                desk.promises.broken(row.purchase.payment_id, "a dry run took one key for two payments")
        return None

    await desk.caller.insist(desk.apis, "dry_run", rows[0].purchase.payment_id, work)


async def _sent_otherwise(stage: Stage, desk: Desk, rows: Sequence[Row]) -> None:
    """Sends other rows under the file's key. The product must refuse this request."""
    file_key = stage.key("file")

    async def work(api: Api) -> object:
        return await api.claim_file_key(desk.principal, file_key, _stored(rows[1:]), is_dry_run=False)

    answer = await desk.caller.insist(desk.apis, "reuse_file_key", rows[0].purchase.payment_id, work)
    if answer.is_ok and not isinstance(answer.value, FileDifference):
        desk.promises.broken(rows[0].purchase.payment_id, f"the key {file_key} was taken with other rows")


async def _sent(stage: Stage, desk: Desk, rows: Sequence[Row]) -> Answer:
    """Sends the file. A row that was refused earlier is sent again, and may now be accepted."""
    for row in rows:
        row.asked.refused_as = ""
    file_key, stored = stage.key("file"), _stored(rows)

    async def work(api: Api) -> object:
        await api.claim_file_key(desk.principal, file_key, stored, is_dry_run=False)
        commands = [creation(row.purchase, row.key, row.amount) for row in rows]
        return await asyncio.gather(
            *(api.create_refund(desk.principal, command) for command in commands), return_exceptions=True
        )

    def on_answer(answer: Answer) -> None:
        if answer.is_ok:
            for row, result in zip(rows, answer.value, strict=True):
                _note(desk, row.asked, result)
            return
        for row in rows:
            row.asked.is_uncertain = row.asked.is_uncertain or not answer.is_known

    return await desk.caller.insist(desk.apis, "file_of_refunds", rows[0].purchase.payment_id, work, on_answer)


def _note(desk: Desk, asked: Asked, result: object) -> None:
    if isinstance(result, Decision):
        desk.promises.created(asked, result.refund, result.payment.id)
    elif isinstance(result, BaseException):
        answer = answer_to(result)
        desk.not_done(asked, answer)
        if answer.outcome.startswith("500"):
            desk.promises.broken(asked.payment_id, answer.outcome)


def _is_open(result: object) -> bool:
    return isinstance(result, BaseException) and not answer_to(result).is_final
