"""Renders docs/sandbox.md from the tables in the sandbox's code.

The command is `python -m refunds_embedded.sandbox.http.reference`. A test compares its output with the page.
"""

import sys
from collections.abc import Iterable

from refunds_embedded.sandbox.behaviours import BEHAVIOURS, OVERRIDE_FIELD, REFUSED_PREFIX
from refunds_embedded.sandbox.config import NUMBER_SETTINGS, PREFIX, TEXT_SETTINGS
from refunds_embedded.sandbox.error_codes import ERROR_CODES
from refunds_embedded.sandbox.http.reading import ID_RULE, PAYMENT_ID_RULE

OPENING_TEXT = f"""# The sandbox gateway

A payment gateway to refund against, with books of its own, so that money moved is counted apart
from the product. It is a process of its own and speaks HTTP/1.1 with JSON. This page is
generated from the sandbox's tables by `python -m refunds_embedded.sandbox.http.reference > docs/sandbox.md`;
a test keeps it current.

Start one: `REFUNDS_SANDBOX_DATA_DIR=.data/sandbox python -m refunds sandbox`. SIGTERM lets
open calls end. Exit codes: 0 stopped, 1 failed (one line says why), 2 wrong configuration (one
line lists all mistakes).

## Calls

A `reference` is {ID_RULE}; a `gateway_payment_id` is {PAYMENT_ID_RULE}, percent-encoded in paths.
Amounts are whole numbers of minor units from 1 to 10^15; currencies three capital letters; times
RFC 3339 in UTC. Unknown fields are refused. With an API key configured, every path but
`/health/…` and `/metrics` needs `Authorization: Bearer <key>`.
"""

REFUNDING_TEXT = f"""
### Ask for a refund

```
POST /payments/gp_1/refunds
Idempotency-Key: att_1
{{"reference": "att_1", "amount": 6000, "currency": "USD", "captured_amount": 10000,
 "token": "tok_ok", "metadata": {{"{OVERRIDE_FIELD}": "tok_pending"}}}}

201 Created
{{"gateway_refund_id": "sbr_e8932fe1_00000001", "reference": "att_1", "gateway_payment_id": "gp_1",
 "status": "pending", "amount": 6000, "currency": "USD", "arn": null,
 "created_at": "2026-01-31T12:00:00.250000Z", "updated_at": "2026-01-31T12:00:00.250000Z"}}
```

- `reference` is the attempt's id and the idempotency key; the header must equal it. `token`
  (default `tok_ok`) and `metadata` (text to text, at most 50) are optional.
- The same key with the same body and path gets the first answer again, with
  `Idempotent-Replayed: true`, refusals that the books remember included. Field order and
  spacing do not matter. Another body: 422 `idempotency_key_reused`. A key is forgotten after
  `KEY_LIFETIME_S`: the same call then books another refund, and moves money again.
- `updated_at` is when the refund came to its status, in webhooks too.
- `status` is `succeeded` or `pending`; `arn` (23 digits) is there once money moved, else null.
  A refund that is refused is an error, not a 201.
- The first refund on a gateway payment sets its `captured_amount` and currency. Later another
  captured_amount: 400 `invalid_request` (field `captured_amount`); another currency: 400
  `currency_not_supported`; more than captured less moved less pending: 400
  `amount_exceeds_remaining`.
- A refund is durable on disk before it is answered. A call that ends without an answer may or
  may not have moved money: ask by reference.

### Errors

```
402 Payment Required
{{"error": {{"code": "card_expired", "message": "The card has expired."}},
 "reference": "att_2", "gateway_refund_id": "sbr_e8932fe1_00000002"}}

400 Bad Request
{{"error": {{"code": "invalid_request", "message": "Expected `int` >= 1 - at `$.amount`.",
           "field": "amount", "rule": "Expected `int` >= 1 - at `$.amount`"}}}}
```

`error.code` is a raw code. Refusals with `reference` and `gateway_refund_id` are remembered:
asking by reference answers 200 with `status: failed`, `raw_code` and `error_code` (normalised).
Every other error left the books unchanged, and asking answers 404 unless another call booked
the reference. Besides the raw codes below:
"""

REST_TEXT = """
### The refund as it is now

`GET /refunds?reference=att_1` → 200 with the fields of the 201 and, when failed, `error_code`
(normalised) and `raw_code`. `status` is `pending`, `succeeded` or `failed`.

### Books

```
GET /books/gp_1
200 OK
{"gateway_payment_id": "gp_1", "moved": 6000, "pending": 0, "captured_amount": 10000,
 "currency": "USD",
 "movements": [{"gateway_refund_id": "sbr_e8932fe1_00000001", "reference": "att_1",
                "amount": 6000, "at": "2026-01-31T12:00:00.550000Z",
                "arn": "79601616031000000000013"}]}
```

A movement's amount is negative when the money came back; `reference` is null for dashboard
refunds. Refused and pending refunds have no movement.

### Dashboard refunds

`POST /dashboard/refunds {"gateway_payment_id", "amount", "currency", "captured_amount"}` →
201 the refund with `reference` null; then the webhook `refund.created` with `status` succeeded.

## Webhooks

```
POST <webhook URL>
webhook-id: sbe_e8932fe1_00000001_1
webhook-timestamp: 1769860800
webhook-signature: v1,<base64>
{"type": "refund.succeeded", "id": "sbe_e8932fe1_00000001_1",
 "created_at": "2026-01-31T12:00:00.550000Z",
 "data": {"gateway_refund_id": "sbr_e8932fe1_00000001", "reference": "att_1",
          "gateway_payment_id": "gp_1", "amount": 6000, "currency": "USD",
          "status": "succeeded", "arn": "79601616031000000000013",
          "updated_at": "2026-01-31T12:00:00.550000Z"}}
```

Signed as the Standard Webhooks specification says, with the configured secret. `type` is
`refund.succeeded`, `refund.failed` (with `data.raw_code`), `refund.pending` or
`refund.created`; `id` is the same in every delivery of one event, and `data` is the state at
the event. Delivered at least once: anything but 2xx within WEBHOOK_TIMEOUT_MS is delivered
again, after WEBHOOK_BACKOFF_MIN_MS doubled each time up to WEBHOOK_BACKOFF_MAX_MS; what is owed
survives a restart. `webhook-timestamp` is the machine's time, also when the sandbox's clock was
advanced; `created_at` is the sandbox's.
"""

BEHAVIOUR_TEXT = f"""
## Behaviours

Chosen by the call's `token`, or by `metadata.{OVERRIDE_FIELD}` when given. An unknown token
behaves as `tok_ok`. The delay is DELAY_MS on the sandbox's clock; N is FAULTS_FIRST, counted
per reference since the start. A call without an answer is held for HOLD_MS of real time; then
tok_timeout_after_move gets its first answer late and tok_timeout_before_move 504. With
WEBHOOK_ALWAYS every booked refund, but those of the time-outs, sends a webhook when booked,
too.
"""

ERROR_TEXT = f"""
## Raw error codes

`{REFUSED_PREFIX}<code>` takes a normalised code (then the first raw code of it in this table is
answered), a raw code, or any other text, which is answered with 402 as a raw code that no table
knows (`unknown_error`). `rate_limited` and `gateway_unavailable` are answered every time, with
`Retry-After`, and not remembered.
"""

SETTINGS_TEXT = f"""
## Settings

Environment variables, each with the prefix `{PREFIX}`.
"""


CALLS = (
    (
        "`POST /payments/{gateway_payment_id}/refunds`",
        "201 the refund; 202 accepted; 4xx, 5xx error",
    ),
    ("`GET /refunds?reference=<attempt id>`", "200 the refund as it is now; 404 never seen"),
    ("`GET /refunds/{gateway_refund_id}`", "the same, by the sandbox's id"),
    ("`GET /books/{gateway_payment_id}`", "200 what moved on the payment; 404 never seen"),
    (
        "`GET /books?limit=&cursor=`",
        "200 `{data, next_cursor}`, oldest first; limit 1 to 1,000 (100)",
    ),
    (
        "`POST /dashboard/refunds`",
        "201 a refund made by hand: no reference, webhook `refund.created`",
    ),
    ("`GET /clock`", "200 `{now, offset_seconds}`"),
    ("`POST /clock/advance` `{seconds}`", "200 the clock; what is due by then is booked already"),
    ("`GET /error-codes`", "200 `{data: [{raw_code, normalised, http_status, message}]}`"),
    ("`GET /health/live`, `GET /health/ready`", "200; ready is 503 while stopping"),
    ("`GET /metrics`", "200 counters as text for Prometheus"),
)

OWN_CODES = (
    ("invalid_request", "400", "the call breaks a rule; `field` and `rule` say which"),
    ("too_many_refunds", "400", "the payment has PAYMENT_REFUNDS_MAX refunds"),
    ("unauthorized", "401", "the API key is missing or wrong"),
    ("refund_not_found", "404", "never seen: nothing moved under this reference or id"),
    ("payment_not_found", "404", "no refund was ever asked for on this payment"),
    ("route_not_found", "404", "no such path"),
    ("method_not_allowed", "405", "the path takes another method"),
    ("body_too_long", "413", "longer than BODY_BYTES_MAX"),
    ("idempotency_key_reused", "422", "the key was used with another body"),
    ("too_many_requests", "429", "tok_rate_limited, or a bound is reached; with `Retry-After`"),
    ("internal_error", "500", "tok_error_500 only"),
    ("books_unavailable, crashed", "503", "the outcome is unknown: ask by reference"),
    ("sandbox_full", "503", "REFUNDS_MAX refunds are in the books; nothing moved"),
    ("gateway_timeout", "504", "tok_timeout_before_move when the hold ends; nothing moved"),
)


def render() -> str:
    """Returns the whole text of docs/sandbox.md."""
    return "".join(
        (
            OPENING_TEXT,
            _table(("call", "answer"), CALLS),
            REFUNDING_TEXT,
            _table(("code", "HTTP", "when"), OWN_CODES),
            REST_TEXT,
            BEHAVIOUR_TEXT,
            _table(("token", "behaviour"), _behaviour_rows()),
            ERROR_TEXT,
            _table(("raw code", "normalised", "HTTP", "meaning"), _error_rows()),
            SETTINGS_TEXT,
            _table(("name", "default", "from", "to", "meaning"), _setting_rows()),
        )
    )


def _behaviour_rows() -> Iterable[tuple[str, ...]]:
    for behaviour in BEHAVIOURS:
        yield f"`{behaviour.name}`", behaviour.meaning
    yield f"`{REFUSED_PREFIX}<code>`", "refused with that code; nothing moves"


def _error_rows() -> Iterable[tuple[str, ...]]:
    for code in ERROR_CODES:
        yield f"`{code.raw_code}`", f"`{code.normalised}`", str(code.http_status), code.message


def _setting_rows() -> Iterable[tuple[str, ...]]:
    for text in TEXT_SETTINGS:
        yield (
            text.name,
            "must be given" if text.default is None else text.default,
            "",
            "",
            text.meaning,
        )
    for number in NUMBER_SETTINGS:
        yield number.name, str(number.default), str(number.low), str(number.high), number.meaning


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_row(heads), _row(tuple("---" for _ in heads)), *(_row(row) for row in rows)]
    return "\n".join(("", *lines, ""))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(render())
