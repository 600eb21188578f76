"""A file of refunds over a few payments, sent again until every row is answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from refunds.domain.payment.payment import Decision
from refunds.domain.refund.bulk_file import FileRow
from refunds_simulation.callers.promises import Asked
from refunds_simulation.callers.requests import Desk, Purchase, creation
from refunds_simulation.callers.stage import Stage
from refunds_simulation.machine.edge import Answer, answer_to
from refunds_simulation.product.services import Api

ROWS, SENT_MAX, PAUSE_S = 10, 3, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with what is promised of it."""

    key: str
    purchase: Purchase
    amount: int
    asked: Asked


async def file(stage: Stage) -> None:
    """Asks for all rows in one request, and again for those whose outcome is open."""
    merchant = stage.merchant()
    bought = await asyncio.gather(*(stage.purchase(merchant, 0.5) for _ in range(3)))
    purchases = [purchase for purchase in bought if purchase is not None]
    if not purchases:
        return
    desk = stage.desk("files", merchant)
    rows = _rows(stage, desk, purchases)
    desk.caller.counts.add(len(rows) - 1, desk.caller.edge.loop.time())
    for _ in range(SENT_MAX):
        answer = await _sent(stage, desk, rows)
        if answer.is_ok and not any(_is_open(result) for result in answer.value):
            return
        await asyncio.sleep(PAUSE_S)


def _rows(stage: Stage, desk: Desk, purchases: Sequence[Purchase]) -> list[Row]:
    rows = []
    for index in range(ROWS):
        purchase, key = stage.seeded_random.choice(purchases), stage.key(f"file:{index}")
        amount = max(1, purchase.amount // 5 + int(stage.seeded_random.random() * 3))
        asked = desk.promises.ask(purchase.merchant.id, key, purchase.payment_id, amount)
        rows.append(Row(key=key, purchase=purchase, amount=amount, asked=asked))
    return rows


async def _sent(stage: Stage, desk: Desk, rows: Sequence[Row]) -> Answer:
    file_key = stage.key("file")
    stored = [
        FileRow(number=number, payment_id=row.purchase.payment_id, content=f"{row.key}/{row.amount}")
        for number, row in enumerate(rows)
    ]

    async def work(api: Api) -> object:
        await api.claim_file_key(desk.principal, file_key, stored, is_dry_run=False)
        commands = [creation(row.purchase, row.key, row.amount) for row in rows]
        return await asyncio.gather(
            *(api.create_refund(desk.principal, command) for command in commands), return_exceptions=True
        )

    def heard(answer: Answer) -> None:
        if answer.is_ok:
            for row, result in zip(rows, answer.value, strict=True):
                _note(desk, row.asked, result)
            return
        for row in rows:
            row.asked.is_uncertain = row.asked.is_uncertain or not answer.is_known

    return await desk.caller.insist(desk.apis, "file_of_refunds", rows[0].purchase.payment_id, work, heard)


def _note(desk: Desk, asked: Asked, result: object) -> None:
    if isinstance(result, Decision):
        desk.promises.created(asked, result.refund, result.payment.id)
    elif isinstance(result, BaseException):
        answer = answer_to(result)
        desk.heard_of(asked, answer)
        if answer.outcome.startswith("500"):
            desk.promises.broken(asked.payment_id, answer.outcome)


def _is_open(result: object) -> bool:
    return isinstance(result, BaseException) and not answer_to(result).is_final
