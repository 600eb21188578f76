"""What callers see while a process has more work than it can answer in time, over real HTTP."""

import asyncio
from contextlib import suppress

from tests.support.http.site import MERCHANT, OTHER_MERCHANT, Client, World, running

from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Answer, Call, Endpoint
from refunds.runtime.http.load_limits import LoadSettings

ONE_AT_A_TIME = LoadSettings(new_work_wait_max_s=1e-6, other_wait_max_s=1e-6, always_max=1, refusal_pause_max_s=0.01)
PATIENT_S = 10.0


class Held(World):
    """A site with a route for new work that answers only when the test says so."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.site = {"load": ONE_AT_A_TIME}
        self.goes_on, self.began = asyncio.Event(), asyncio.Event()

    def endpoints(self, authorizer: Authorizer) -> list[Endpoint]:
        """Returns that route and the usual ones."""

        async def hold(_call: Call) -> Answer:
            self.began.set()
            await self.goes_on.wait()
            return Answer(body=b"{}")

        held = Endpoint(
            method="POST", path="/hold", tag="odd", summary="Odd", handler=hold, action="request_refund", needs_key=True
        )
        return [*super().endpoints(authorizer), held]


class Busy:
    """While this is entered, one request of the merchant for new work is in progress, and no more may begin."""

    def __init__(self, api: Client, world: Held) -> None:
        self.api, self.world = api, world

    async def __aenter__(self) -> None:
        token = self.world.token("service", MERCHANT)
        self.request = asyncio.ensure_future(self.api.post("/hold", {}, token=token, key="held"))
        async with asyncio.timeout(PATIENT_S):
            await self.world.began.wait()

    async def __aexit__(self, *_: object) -> None:
        self.world.goes_on.set()
        with suppress(asyncio.CancelledError):
            await self.request


async def test_new_work_that_would_wait_too_long_is_refused_with_the_time_to_try_again() -> None:
    world = Held()
    async with running(world) as api, Busy(api, world):
        refused = await api.post("/hold", {}, token=world.token("service", MERCHANT), key="next")

        assert (refused.status, refused.body["code"]) == (429, "overloaded")
        assert "Nothing was done" in refused.body["detail"]
        assert int(refused.headers["Retry-After"]) >= 1
        text = (await api.get("/metrics")).text
        assert 'refunds_http_load_refusals_total{kind="new_work",reason="wait"} 1.0' in text
        assert 'refunds_http_estimated_wait_seconds{kind="new_work"} ' in text


async def test_reads_are_answered_while_new_work_is_refused() -> None:
    world = Held()
    async with running(world) as api, Busy(api, world):
        read = await api.get("/v1/refunds", token=world.token("service", MERCHANT))

        assert read.status == 200


async def test_other_tenants_begin_new_work_while_one_tenant_has_all_that_may_be_in_progress() -> None:
    world = Held()
    async with running(world) as api:
        async with Busy(api, world):
            token = world.token("service", OTHER_MERCHANT)
            other = asyncio.ensure_future(api.post("/hold", {}, token=token, key="other"))
            world.began.clear()
            async with asyncio.timeout(PATIENT_S):
                await world.began.wait()

        assert (await other).status == 200


async def test_caller_without_a_valid_token_does_not_learn_that_the_process_is_overloaded() -> None:
    world = Held()
    async with running(world) as api, Busy(api, world):
        refused = await api.post("/hold", {}, token="none", key="next")

        assert refused.status == 401


async def test_after_the_overload_new_work_is_answered_again() -> None:
    world = Held()
    async with running(world) as api:
        async with Busy(api, world):
            pass

        again = await api.post("/hold", {}, token=world.token("service", MERCHANT), key="next")

        assert again.status == 200
