"""Names the collections of the read models and their indexes. A comment at each index explains the index.

List, roll-ups and ledger have two collections each. One is for even generations and the other is for odd generations
(see `ports.projections.read_models`).
"""

from pymongo import ASCENDING, DESCENDING, IndexModel

POSITIONS = "relay_positions"
REFUND_LIST = "refund_list"
ROLL_UPS = "rollups"
LEDGER = "ledger_entries"
AUDIT_LOG = "audit_log"
AUDIT_HEADS = "audit_heads"
SET_ASIDE = "set_aside"

GENERATIONAL = (REFUND_LIST, ROLL_UPS, LEDGER)
"""The read models that a rebuild fills again."""

ODD = "_odd"

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

_NOT_COMPLETED = (
    "draft",
    "submitted",
    "validation_failed",
    "pending_approval",
    "rejected",
    "processing",
    "gateway_pending",
    "gateway_error",
    "unknown",
    "failed",
    "canceled",
    "reversed",
)
"""Statuses that few refunds have. A list of refunds with one of these statuses uses an index of its own.

Most refunds complete before they are written to the list, so they need no entry in this index. A list of completed
refunds uses the scope's index.
"""

INDEXES: dict[str, list[IndexModel]] = {
    REFUND_LIST: [
        IndexModel([("path", ASCENDING), *_NEWEST_FIRST], name="scope_newest_first"),
        IndexModel(
            [("path", ASCENDING), ("status", ASCENDING), *_NEWEST_FIRST],
            name="scope_and_status_newest_first",
            partialFilterExpression={"status": {"$in": list(_NOT_COMPLETED)}},
        ),
        IndexModel([("payment_id", ASCENDING)], name="refunds_of_payment"),
    ],
    ROLL_UPS: [IndexModel([("path", ASCENDING), ("day", ASCENDING)], name="reports_by_scope_and_day")],
    AUDIT_LOG: [
        IndexModel([("subject", ASCENDING), ("version", ASCENDING)], name="one_record_per_version", unique=True)
    ],
    SET_ASIDE: [IndexModel([("reader", ASCENDING), ("tried_at", ASCENDING)], name="longest_untried_of_reader")],
}

REPLACED_INDEXES: dict[str, tuple[str, ...]] = {REFUND_LIST: ("status_newest_first",)}
"""Indexes that the migration drops because INDEXES replaces them. The previous release then reads more slowly."""


def of_generation(name: str, generation: int) -> str:
    """Returns the name of the collection that stores the read model `name` in this generation.

    `name` is one of GENERATIONAL. Earlier releases use the collections of generation 0.
    """
    return f"{name}{ODD}" if generation % 2 else name
