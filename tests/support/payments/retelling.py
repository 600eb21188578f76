"""A payment of a test as verification would read it, with the histories that its events make."""

from collections.abc import Mapping, Sequence

from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.payments.outbox_codec import encode_event
from refunds.adapters.mongo.payments.payment_scan import to_stored
from refunds.adapters.mongo.stored_forms import PAYMENT
from refunds.domain import ids
from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import Payment
from refunds.domain.verification.payment_snapshot import StoredPayment


def as_scanned(payment: Payment, histories: Mapping[str, Sequence[Event]]) -> StoredPayment:
    """The payment with whole histories, due when the domain says."""
    document = to_fields(payment, PAYMENT) | {
        "_id": payment.id,
        "events": None,
        "route": ids.payment_route(payment.id),
    }
    for refund in document["refunds"]:
        refund["history"] = [encode_event(event) for event in histories[refund["id"]]]
    due = payment.earliest_due()
    return to_stored(document | ({"due_at": due[0], "due_for": due[1]} if due else {}))
