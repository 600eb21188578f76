"""The real servers that the tests and the launcher start: they form a set, recover, and move."""

from pathlib import Path

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from redis.asyncio import Redis

from refunds.kit.config import Secret
from refunds_embedded.launcher.servers import local_servers, mongodb

PASSWORD = Secret("aPasswordOfThisTest")


async def test_session_database_takes_writes(mongodb_uri: str, mongodb_database: str) -> None:
    async with AsyncMongoClient(mongodb_uri) as client:
        await client[mongodb_database].things.insert_one({"_id": 1})

        assert await client[mongodb_database].things.count_documents({}) == 1


async def test_session_redis_answers(redis_uri: str) -> None:
    async with Redis.from_url(redis_uri) as client:
        assert await client.ping()


async def test_three_members_elect_a_primary_and_survive_its_death(tmp_path: Path) -> None:
    async with (
        local_servers.replica_set(tmp_path, members=3) as running,
        AsyncMongoClient(running.uri, w="majority") as client,
    ):
        await client.db.things.insert_one({"_id": 1})
        primary = await client.primary

        await next(m for m in running.members if primary and m.port == primary[1]).kill()
        await client.db.things.insert_one({"_id": 2})

        assert await client.db.things.count_documents({}) == 2


async def test_killed_member_comes_back_with_what_it_acknowledged(tmp_path: Path) -> None:
    async with (
        local_servers.replica_set(tmp_path) as running,
        AsyncMongoClient(running.uri, w="majority", journal=True) as client,
    ):
        await client.db.things.insert_one({"_id": 1})

        await running.members[0].kill()
        await running.members[0].start()

        assert await client.db.things.count_documents({}) == 1


async def test_database_is_closed_to_those_without_the_password(tmp_path: Path) -> None:
    async with local_servers.replica_set(tmp_path, password=PASSWORD) as running:
        open_uri = mongodb.uri([running.members[0].port])
        async with AsyncMongoClient(running.uri) as client, AsyncMongoClient(open_uri) as stranger:
            await client.db.things.insert_one({"_id": 1})

            with pytest.raises(OperationFailure, match="requires authentication"):
                await stranger.db.things.count_documents({})


async def test_database_moves_to_another_port_with_its_data(tmp_path: Path) -> None:
    async with (
        local_servers.replica_set(tmp_path, password=PASSWORD) as before,
        AsyncMongoClient(before.uri) as client,
    ):
        await client.db.things.insert_one({"_id": 1})
        port_before = before.members[0].port

    async with (
        local_servers.replica_set(tmp_path, password=PASSWORD) as after,
        AsyncMongoClient(after.uri) as client,
    ):
        assert after.members[0].port != port_before
        assert await client.db.things.count_documents({}) == 1


async def test_database_with_another_password_is_distinguished(tmp_path: Path) -> None:
    async with local_servers.replica_set(tmp_path, password=PASSWORD) as running:
        with pytest.raises(mongodb.PasswordRefused):
            await mongodb.form_replica_set([running.members[0].port], Secret("another"))


async def test_server_that_cannot_start_reports_why(tmp_path: Path) -> None:
    async with local_servers.redis(tmp_path) as running:
        twin = local_servers.Server(
            port=running.server.port,
            command=running.server.command,
            log_file=tmp_path / "twin.log",
            probe=_no,
        )

        with pytest.raises(local_servers.ServerDied, match=r"."):
            await twin.start()


async def _no() -> bool:
    return False


async def test_database_that_loses_its_server_while_forming_is_distinguished(tmp_path: Path) -> None:
    async with local_servers.replica_set(tmp_path) as running:
        await running.members[0].kill()

        with pytest.raises(mongodb.NotFormed, match="TimeoutError"):
            await mongodb.form_replica_set([running.members[0].port], timeout_s=0.1)
