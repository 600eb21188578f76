"""Trap 25: a concern left to a default, most of all inside a transaction, is found by listening to what is sent."""

from collections.abc import Mapping
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.schema import migrated
from tests.support.adapters.shop import Shop

from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.projections.refund_lists import MongoRefundLists
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.projections.refund_lists import RefundFilter
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.verification.verify_audit import VerifyAudit

READS = {"find", "aggregate", "count", "distinct"}
WRITES = {"insert", "update", "delete", "findAndModify", "commitTransaction", "abortTransaction", "drop", "create"}
DURABLE = {"w": "majority", "j": True}

Command = tuple[str, Mapping[str, Any]]


class Ear(CommandListener):
    """Writes down every command that is sent."""

    def __init__(self) -> None:
        self.heard: list[Command] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.heard.append((event.command_name, dict(event.command)))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to note."""


def is_said(name: str, command: Mapping[str, Any]) -> bool:
    """Whether a command says the concern that it has to."""
    if command.get("startTransaction"):
        return bool(command.get("readConcern", {}).get("level") == "snapshot")
    if name in WRITES and (name.endswith("Transaction") or "autocommit" not in command):
        concern = command.get("writeConcern", {})
        return {key: concern.get(key) for key in DURABLE} == DURABLE
    if name in READS and "autocommit" not in command:
        return command.get("readConcern", {}).get("level") in ("majority", "local")
    return True


async def test_every_command_names_its_read_and_write_concern(mongodb_uri: str, mongodb_database: str) -> None:
    ear = Ear()
    client = connect(mongodb_uri, listeners=(ear,))
    database = open_database(client, mongodb_database)
    await migrated(database)
    relay = relay_of(database)
    await Shop(database).busy_hour(3)
    await run_dry(relay, database)
    await Shop(database, first_number=1000).busy_hour(3)
    await run_dry(relay, database)
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(relay, database)
    ear.heard = [(name, command) for name, command in ear.heard if name != "createIndexes"]

    await MongoRefundLists(database).list_refunds(ALL_TENANTS, RefundFilter(limit=5))
    await MongoPaymentScan(database).by_gateway_ids("sandbox", ["gp_0"])
    await VerifyAudit(reads=MongoVerificationReads(database), anchors=MemoryAnchors(FixedClock()))()
    await MongoVerificationReads(database).ledger_sums()
    await client.close()

    silent = [(name, list(command)) for name, command in ear.heard if not is_said(name, command)]
    assert silent == []
    assert {"find", "aggregate", "insert", "update", "commitTransaction"} <= {name for name, _ in ear.heard}


async def test_no_read_of_the_archive_is_local(mongodb_uri: str, mongodb_database: str) -> None:
    ear = Ear()
    client = connect(mongodb_uri, listeners=(ear,))
    database = open_database(client, mongodb_database)

    await MongoRefundLists(database).list_refunds(ALL_TENANTS, RefundFilter(limit=5))
    await MongoVerificationReads(database).repeated_keys(5)
    await MongoReadModels(database).position()
    await client.close()

    levels = {command["readConcern"]["level"] for name, command in ear.heard if name in READS}
    assert levels == {"majority"}
