"""Kill -9 of anything, at random moments, in the middle of two thousand refunds: nothing lost, nothing paid twice."""

import asyncio
import os
import random
from pathlib import Path

import pytest
from tests.support.caller import Caller
from tests.support.instance import Instance

REFUNDS = 2_000
KILLS = 20
CLIENTS = 16
TOKENS = (
    "tok_ok", "tok_ok", "tok_ok", "tok_pending", "tok_timeout_after_move", "tok_webhook_only",
    "tok_refused_declined", "tok_late_failure", "tok_rate_limited", "tok_webhook_twice", "tok_error_500",
)  # fmt: skip


async def _kill_one(instance: Instance, dice: random.Random, names: tuple[str, ...]) -> str:
    """Kills one process; the launcher starts it anew, and whoever killed the launcher starts that."""
    running = instance.pids()
    name = dice.choice([known for known in names if known in running])
    instance.kill(name)
    if name == "launcher":
        await instance.wait_ended()
        await instance.start()
    else:
        await asyncio.sleep(dice.uniform(0.5, 2.0))
    return name


async def _storm(caller: Caller, instance: Instance, dice: random.Random, names: tuple[str, ...]) -> list[str]:
    payments = [await caller.capture(token=dice.choice(TOKENS)) for _ in range(REFUNDS // 4)]
    asked = iter([(payment, dice.choice((1_000, 2_500, 6_000))) for payment in payments for _ in range(4)])
    is_over = asyncio.Event()

    async def client() -> None:
        for payment, amount in asked:
            await caller.refund(payment, amount)
            await asyncio.sleep(dice.uniform(0, 0.2))

    async def killer() -> list[str]:
        killed = []
        for _ in range(KILLS):
            killed.append(await _kill_one(instance, dice, names))
            caller.ready = instance.ready
            await asyncio.sleep(dice.uniform(0.1, 1.0))
        return killed

    clients = asyncio.gather(*(client() for _ in range(CLIENTS)))
    killed = await killer()
    await clients
    is_over.set()
    await instance.wait_ready()
    caller.ready = instance.ready
    return killed


async def _check_books(caller: Caller) -> None:
    """Every acknowledged refund ends, and the gateway moved each amount once, or not at all where it failed."""
    statuses = dict(
        zip(
            caller.acknowledged,
            await asyncio.gather(*(caller.settled(refund_id) for refund_id in caller.acknowledged)),
            strict=True,
        )
    )
    moved = {reference: amount for of in (await caller.books()).values() for reference, amount in of.items()}
    for refund_id, status in statuses.items():
        _, refund = await caller.insist("GET", f"/v1/refunds/{refund_id}")
        expected = refund["amount"] if status == "completed" else 0
        assert moved.get(refund["attempts"][0]["id"], 0) == expected, (refund_id, status, refund)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("arguments", [("--sample",), ("--sample", "--split")], ids=["one-process", "split"])
async def test_every_acknowledged_refund_ends_once_whatever_is_killed(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    seed = int(os.environ.get("REFUNDS_KILL_SEED") or random.SystemRandom().randrange(10**9))
    print(f"kill seed {seed}: repeat with REFUNDS_KILL_SEED={seed}")
    dice = random.Random(seed)
    instance = Instance(tmp_path, arguments)
    await instance.start()
    names = tuple(instance.pids())

    async with Caller(instance.ready) as caller:
        await caller.plant_merchant()
        killed = await _storm(caller, instance, dice, names)
        print(f"killed {killed}; answers {caller.statuses}")
        await _check_books(caller)

    verified = await asyncio.create_subprocess_exec(
        ".venv/bin/refunds", "verify", "--ready-file", str(instance.ready_file)
    )
    assert await verified.wait() == 0
    assert len(killed) == KILLS
    assert await instance.stop() == 0
