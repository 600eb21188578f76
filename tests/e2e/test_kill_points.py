"""Kill -9 of anything, at random moments, in the middle of two thousand refunds: nothing lost, nothing paid twice."""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

import pytest
from tests.support.http.caller import Caller
from tests.support.processes.instance import Instance

REFUNDS = 2_000
KILLS = 20
CLIENTS = 16
AGREEMENT_S = 60.0
TOKENS = (
    "tok_ok", "tok_ok", "tok_ok", "tok_pending", "tok_timeout_after_move", "tok_webhook_only",
    "tok_refused_declined", "tok_late_failure", "tok_rate_limited", "tok_webhook_twice", "tok_error_500",
)  # fmt: skip
MODES = pytest.mark.parametrize("arguments", [("--sample",), ("--sample", "--split")], ids=["one-process", "split"])


async def _kill_one(instance: Instance, dice: random.Random, names: tuple[str, ...]) -> str:
    """Kills one process; the launcher starts it anew, and whoever killed the launcher starts that."""
    running = {name: pid for name, pid in instance.pids().items() if name in names}
    name = dice.choice(sorted(running))
    os.kill(running[name], signal.SIGKILL)
    if name == "launcher":
        await instance.wait_ended()
        await instance.start()
    else:
        await asyncio.sleep(dice.uniform(0.5, 2.0))
    return name


async def _storm(caller: Caller, instance: Instance, dice: random.Random, names: tuple[str, ...]) -> list[str]:
    payments = [await caller.capture(token=dice.choice(TOKENS)) for _ in range(REFUNDS // 4)]
    asked = iter([(payment, dice.choice((1_000, 2_500, 6_000))) for payment in payments for _ in range(4)])

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
    await instance.wait_ready()
    caller.ready = instance.ready
    return killed


async def _check_books(caller: Caller) -> None:
    """Every acknowledged refund ends, and the gateway moved each amount once, or not at all where it failed.

    A success may still turn into a late failure while we look, so a difference is looked at again.
    """
    await asyncio.gather(*(caller.settled(refund_id) for refund_id in caller.acknowledged))
    async with asyncio.timeout(AGREEMENT_S):
        while differences := await _differences(caller):
            print(f"not yet agreed: {differences[:3]}")
            await asyncio.sleep(1)


async def _differences(caller: Caller) -> list[tuple[str, str, int]]:
    """Of every refund whose movements are not what its status says: its id, its status, what moved."""
    moved = {reference: amount for of in (await caller.books()).values() for reference, amount in of.items()}
    found = []
    for refund_id in caller.acknowledged:
        _, refund = await caller.insist("GET", f"/v1/refunds/{refund_id}")
        amount = moved.get(refund["attempts"][0]["id"], 0)
        if amount != (refund["amount"] if refund["status"] == "completed" else 0):
            found.append((refund_id, refund["status"], amount))
    return found


async def _storm_end(folder: Path, arguments: tuple[str, ...], seed: int) -> tuple[int, int, int]:
    """How many were killed, and the exit codes of the verification and of the instance; the books agree."""
    print(f"kill seed {seed}: repeat with REFUNDS_KILL_SEED={seed}")
    dice = random.Random(seed)
    instance = Instance(folder, arguments)
    await instance.start()
    names = tuple(instance.pids())

    try:
        async with Caller(instance.ready) as caller:
            await caller.plant_merchant()
            killed = await _storm(caller, instance, dice, names)
            print(f"killed {killed}; answers {caller.statuses}")
            await _check_books(caller)
        verified = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "refunds", "verify", "--ready-file", str(instance.ready_file)
        )
        verified_code = await verified.wait()
    finally:
        code = await instance.stop()
    return len(killed), verified_code, code


@pytest.mark.slow
@pytest.mark.timeout(900)
@MODES
async def test_every_acknowledged_refund_ends_once_whatever_is_killed(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    seed = int(os.environ.get("REFUNDS_KILL_SEED") or random.SystemRandom().randrange(10**9))

    assert await _storm_end(tmp_path, arguments, seed) == (KILLS, 0, 0)


@pytest.mark.long
@pytest.mark.timeout(900)
@MODES
@pytest.mark.parametrize("seed", range(1, 11))
async def test_every_acknowledged_refund_ends_once_under_many_seeds(
    tmp_path: Path, arguments: tuple[str, ...], seed: int
) -> None:
    assert await _storm_end(tmp_path, arguments, seed) == (KILLS, 0, 0)
