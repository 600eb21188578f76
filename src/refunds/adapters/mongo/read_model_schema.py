"""Collections of the read models and their indexes; a comment beside each index names its purpose.

List, roll-ups and ledger have two collections each, for even and for odd generations (see
`ports.projections.read_models`).
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
"""Collections that a rebuild fills again."""

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
"""Statuses that few of a scope's refunds have, so that a list of one of them has an index of its own. Most refunds
complete before they are written to the list and cost no entry; a list of completed ones reads the scope's index."""

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
"""Indexes of earlier releases that one of INDEXES replaces: the migration drops them. A previous release that still
runs reads without them, but slower."""


def of_generation(name: str, generation: int) -> str:
    """Returns the collection of this generation for one of GENERATIONAL; generation 0 is that of earlier releases."""
    return f"{name}{ODD}" if generation % 2 else name
