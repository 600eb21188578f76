"""The parameter store on MongoDB: values are only added, and audited in the same transaction."""

from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from refunds.adapters.mongo.audit_log import append_audit
from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.schema import PARAMETER_VALUES
from refunds.adapters.mongo.settings.versions import raise_version, read_version
from refunds.adapters.mongo.stored_forms import PARAMETER_VALUE
from refunds.adapters.mongo.transactions import CALLER_WAITS_S, in_transaction
from refunds.domain.errors import AlreadyExists, OutcomeUnknown, StoreUnavailable
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.tenancy import Scope
from refunds.usecases.audit.audit_codec import parameter_entry


class MongoParameterStore:
    """See `ports.settings.parameters`."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._database = database

    async def version(self) -> int:
        """See the port."""
        return await read_version(self._database, PARAMETER_VALUES)

    async def load_all(self) -> Sequence[ParameterValue]:
        """See the port."""
        try:
            documents = await self._database[PARAMETER_VALUES].find({}).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return [to_value(document) for document in documents]

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


def to_value(document: dict[str, Any]) -> ParameterValue:
    """A stored value; unknown fields are ignored, and types were checked when it was set."""
    known = {name: document[name] for name in PARAMETER_VALUE.stored if name in document}
    fields = PARAMETER_VALUE.to_domain(known)
    if isinstance(fields["value"], list):
        fields["value"] = tuple(fields["value"])
    return ParameterValue(**fields)
