"""Stores each tenant as one document in MongoDB. A tenant and its audit record are written in the same transaction."""

from typing import Any

import msgspec
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from refunds.adapters.mongo.audit_log import append_audit
from refunds.adapters.mongo.client import ANY_TIME
from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.schema import TENANTS
from refunds.adapters.mongo.settings.versions import raise_version, read_version
from refunds.adapters.mongo.stored_forms import TENANT
from refunds.adapters.mongo.transactions import CALLER_WAITS_S, in_transaction
from refunds.domain.errors import AlreadyExists, OutcomeUnknown, StoreUnavailable, TenantNotFound
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableTenant
from refunds.domain.tenancy import PLATFORM, Scope, Tenant
from refunds.usecases.audit.audit_codec import tenant_entry


class MongoTenantStore:
    """See `ports.settings.tenants`."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._database = database

    async def version(self) -> int:
        """See the port."""
        return await read_version(self._database, TENANTS)

    async def load_all(self) -> Loaded[Tenant, UnreadableTenant]:
        """See the port."""
        try:
            documents = await self._database[TENANTS].with_options(ANY_TIME).find({}).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        found = [_read(document) for document in documents]
        return Loaded(
            readable=[tenant for tenant in found if isinstance(tenant, Tenant)],
            unreadable=[tenant for tenant in found if isinstance(tenant, UnreadableTenant)],
        )

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


def _read(document: dict[str, Any]) -> Tenant | UnreadableTenant:
    tenant_id, path = str(document["_id"]), document.get("path")
    try:
        return msgspec.convert(TENANT.to_domain(document), Tenant)
    except msgspec.ValidationError as error:
        is_path = isinstance(path, list) and path[:1] == [PLATFORM] and path[-1] == tenant_id
        known = tuple(map(str, path)) if is_path and path else (PLATFORM, tenant_id)
        return UnreadableTenant(id=tenant_id, path=known, reason=str(error))
