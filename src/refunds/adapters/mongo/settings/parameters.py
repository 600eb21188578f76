"""Stores parameter values in MongoDB. Values are only added, never changed.

A value and its audit record are written in the same transaction.
"""

from datetime import datetime
from typing import Any

import msgspec
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from refunds.adapters.mongo.audit_log import append_audit
from refunds.adapters.mongo.client import ANY_TIME
from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.schema import PARAMETER_VALUES
from refunds.adapters.mongo.settings.versions import raise_version, read_version
from refunds.adapters.mongo.stored_forms import PARAMETER_VALUE
from refunds.adapters.mongo.transactions import CALLER_WAITS_S, in_transaction
from refunds.domain.errors import AlreadyExists, OutcomeUnknown, StoreUnavailable
from refunds.domain.settings.parameter_checks import has_type
from refunds.domain.settings.parameters import DEFINITIONS, EARLIER_NAMES, ParameterValue, as_defined_now
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableValue
from refunds.domain.tenancy import Scope
from refunds.usecases.audit.audit_codec import parameter_entry


class MongoParameterStore:
    """See `ports.settings.parameters`."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._database = database

    async def version(self) -> int:
        """See the port."""
        return await read_version(self._database, PARAMETER_VALUES)

    async def load_all(self) -> Loaded[ParameterValue, UnreadableValue]:
        """See the port."""
        try:
            documents = await self._database[PARAMETER_VALUES].with_options(ANY_TIME).find({}).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        found = [to_value_or_unreadable(document) for document in documents]
        return Loaded(
            readable=[value for value in found if isinstance(value, ParameterValue)],
            unreadable=[value for value in found if isinstance(value, UnreadableValue)],
        )

    async def add(self, scope: Scope, value: ParameterValue) -> None:  # noqa: ARG002 - the use case checks it
        """See the port."""
        document = to_fields(value, PARAMETER_VALUE)
        entry = parameter_entry(value)

        async def write(session: AsyncClientSession) -> None:
            await self._database[PARAMETER_VALUES].insert_one(document, session=session)
            await raise_version(self._database, PARAMETER_VALUES, session)
            await append_audit(session, self._database, [entry])

        try:
            await in_transaction(self._database, write, CALLER_WAITS_S)
        except DuplicateKeyError:
            raise AlreadyExists(kind="parameter value") from None
        except PyMongoError as error:
            raise OutcomeUnknown from error


class _Stored(msgspec.Struct, kw_only=True):
    """The fields of a stored value with their types. The type of `value` depends on the parameter."""

    id: str
    name: str
    tenant_id: str
    value: Any
    effective_from: datetime
    expires_at: datetime | None
    set_by: str
    set_at: datetime


def to_value_or_unreadable(document: dict[str, Any]) -> ParameterValue | UnreadableValue:
    """Returns the stored value. Returns an UnreadableValue if a field is missing or has the wrong type.

    Unknown fields are ignored. The value of a parameter of a later release is not checked, because this release never
    resolves that parameter.
    """
    try:
        stored = msgspec.convert(PARAMETER_VALUE.to_domain(dict(document)), _Stored)
    except msgspec.ValidationError as error:
        return _unreadable(document, str(error))
    fields = {name: getattr(stored, name) for name in _Stored.__struct_fields__}
    value = ParameterValue(**fields | {"value": tuple(stored.value) if type(stored.value) is list else stored.value})
    of = DEFINITIONS.get(EARLIER_NAMES.get(value.name, value.name))
    if of is not None and not has_type(of, as_defined_now(value).value):
        return _unreadable(document, f"`value` is none of the type {of.type.value}")
    return value


def _unreadable(document: dict[str, Any], reason: str) -> UnreadableValue:
    name, tenant_id = document.get("name"), document.get("tenant_id")
    return UnreadableValue(
        id=str(document["_id"]),
        name=EARLIER_NAMES.get(name, name) if isinstance(name, str) else "",
        tenant_id=tenant_id if isinstance(tenant_id, str) else "",
        reason=reason,
    )
