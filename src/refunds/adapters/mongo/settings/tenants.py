"""The tenant store on MongoDB: one document per tenant, audited in the same transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from refunds.adapters.mongo.audit_log import append_audit
from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.schema import TENANTS
from refunds.adapters.mongo.settings.versions import raise_version, read_version
from refunds.adapters.mongo.stored_forms import TENANT
from refunds.adapters.mongo.transactions import CALLER_WAITS_S, in_transaction
from refunds.domain.errors import AlreadyExists, OutcomeUnknown, StoreUnavailable, TenantNotFound
from refunds.domain.tenancy import Scope, Tenant
from refunds.usecases.audit.audit_codec import tenant_entry


class MongoTenantStore:
    """See `ports.settings.tenants`."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._database = database

    async def version(self) -> int:
        """See the port."""
        return await read_version(self._database, TENANTS)

    async def load_all(self) -> Sequence[Tenant]:
        """See the port."""
        try:
            documents = await self._database[TENANTS].find({}).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return [msgspec.convert(TENANT.to_domain(document), Tenant) for document in documents]

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """See the port."""
        if not scope.covers(tenant.path[:-1]):
            raise TenantNotFound(id=tenant.parent_id, pointer="/parent_id")
        document = to_fields(tenant, TENANT)
        entry = tenant_entry(tenant)

        async def write(session: AsyncClientSession) -> None:
            await self._database[TENANTS].insert_one(document, session=session)
            await raise_version(self._database, TENANTS, session)
            await append_audit(session, self._database, [entry])

        try:
            await in_transaction(self._database, write, CALLER_WAITS_S)
        except DuplicateKeyError:
            raise AlreadyExists(kind="tenant") from None
        except PyMongoError as error:
            raise OutcomeUnknown from error
