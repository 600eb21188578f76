"""The naive design on PostgreSQL with FastAPI and SQLAlchemy. Each request locks the payment in one transaction.

Runs in its own environment (`requirements/bench.txt`), in which granian starts it. Imports nothing of the product.
"""

import os
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import BigInteger, ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CONNECTIONS = 32
engine = create_async_engine(os.environ["BENCH_SQL_URL"], pool_size=CONNECTIONS, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class Base(DeclarativeBase):
    """The tables, which `postgres.py` creates."""


class Payment(Base):
    """A captured payment."""

    __tablename__ = "payments"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    currency: Mapped[str]
    captured_amount: Mapped[int] = mapped_column(BigInteger)
    reserved_amount: Mapped[int] = mapped_column(BigInteger)


class Refund(Base):
    """A refund of a payment."""

    __tablename__ = "refunds"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    idempotency_key: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str]
    reason: Mapped[str]


class Reason(BaseModel):
    """Why the money goes back."""

    code: str
    text: str


class Body(BaseModel):
    """A request for a refund."""

    payment_id: str
    amount: int
    currency: str
    reason: Reason
    metadata: dict[str, str] = {}


class Answer(BaseModel):
    """The stored refund."""

    id: int
    status: str


@app.post("/v1/refunds", status_code=201)
async def create(body: Body, idempotency_key: Annotated[str, Header()]) -> Answer:
    """Locks the payment, checks the amount, stores the refund, commits."""
    async with sessions() as session, session.begin():
        return await _stored(session, body, idempotency_key)


async def _stored(session: AsyncSession, body: Body, key: str) -> Answer:
    payment = await session.get(Payment, body.payment_id, with_for_update=True)
    if payment is None:
        raise HTTPException(404)
    before = await session.scalar(select(Refund).where(Refund.payment_id == payment.id, Refund.idempotency_key == key))
    if before is not None:
        return Answer(id=before.id, status=before.status)
    if payment.currency != body.currency or payment.reserved_amount + body.amount > payment.captured_amount:
        raise HTTPException(422)
    payment.reserved_amount += body.amount
    refund = Refund(
        payment_id=payment.id, idempotency_key=key, amount=body.amount, status="requested", reason=body.reason.code
    )
    session.add(refund)
    await session.flush()
    return Answer(id=refund.id, status=refund.status)
