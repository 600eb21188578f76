"""`kit.cancellation`: tasks end although what they wait for drops a cancellation."""

import asyncio

from refunds.kit.cancellation import cancel_until_ended


async def drops(cancellations: int) -> None:
    """Waits for ever, and drops so many cancellations, as `asyncio.wait_for` of Python 3.11 does."""
    dropped = 0
    while True:
        try:
            await asyncio.sleep(3_600.0)
        except asyncio.CancelledError:
            dropped += 1
            if dropped > cancellations:
                raise


async def begun(*cancellations: int) -> list["asyncio.Task[None]"]:
    tasks = [asyncio.create_task(drops(number)) for number in cancellations]
    await asyncio.sleep(0)
    return tasks


async def test_tasks_that_drop_cancellations_end() -> None:
    tasks = await begun(0, 1, 3)
    assert await cancel_until_ended(tasks, 10.0) == set()
    assert all(task.cancelled() for task in tasks)


async def test_tasks_that_never_end_are_returned_after_the_time() -> None:
    ends, never = await begun(0, 2)
    assert await cancel_until_ended([ends, never], 0.1) == {never}
    assert ends.cancelled()
    assert await cancel_until_ended([never], 10.0) == set()


async def test_ended_tasks_keep_their_results() -> None:
    done = asyncio.ensure_future(asyncio.sleep(0, "result"))
    await done
    assert await cancel_until_ended([done], 0.0) == set()
    assert done.result() == "result"
    assert await cancel_until_ended([], 1.0) == set()


async def test_task_that_lets_go_is_not_interrupted() -> None:
    let_go = []

    async def lets_go() -> None:
        try:
            await asyncio.sleep(3_600.0)
        finally:
            await asyncio.sleep(0)
            let_go.append(True)

    task = asyncio.create_task(lets_go())
    await asyncio.sleep(0)
    assert await cancel_until_ended([task], 10.0) == set()
    assert let_go == [True]


async def test_without_time_tasks_are_canceled_once() -> None:
    (task,) = await begun(0)
    assert await cancel_until_ended([task], 0.0) == {task}
    await asyncio.wait([task])
    assert task.cancelled()
