"""The database of a running instance, for commands that read or change it without the api."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.client import connect, open_database
from refunds.cli.errors import CommandFailed
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.launcher.instance.ready_file import Ready
from refunds.launcher.supervision.process_plan import DATABASE

Database: TypeAlias = AsyncDatabase[Any]


@asynccontextmanager
async def database_of(ready: Ready, application: str) -> AsyncIterator[Database]:
    """The database while the block runs. CommandFailed if it does not answer."""
    async with connect(ready.mongodb_uri, application=application) as client:
        try:
            yield open_database(client, DATABASE)
        except StoreUnavailable:
            raise CommandFailed("the database does not answer; is `refunds up` running?") from None
        except OutcomeUnknown:
            raise CommandFailed("the database did not say whether this was stored: look, and try again") from None
