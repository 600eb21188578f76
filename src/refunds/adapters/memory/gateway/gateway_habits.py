"""How the simulated gateway treats an order: by the payment method's token as the sandbox does, else by its habits.

Habits are probabilities between 0 and 1, which may be changed at any moment; by default every refund succeeds at once.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from refunds.adapters.gateways.answers import HttpAnswer
from refunds.adapters.gateways.error_codes import SANDBOX
from refunds.adapters.memory.gateway.gateway_wire import FAILED, PENDING, SUCCEEDED, error
from refunds.adapters.memory.line import LineLost
from refunds.ports.gateway.gateway import Submission

OVERRIDE_FIELD = "sandbox"
REFUSED_PREFIX = "tok_refused_"
COMES_LATER = ("rate_limited", "gateway_unavailable")
REFUSALS: Sequence[str] = tuple(raw for raw, code in SANDBOX.items() if code not in COMES_LATER)
RETRY_AFTER_S = "1"
TOKEN_DELAY_S = 0.3
FLIPS_MAX = 6
ELUSIVE_SLOWER, ELUSIVE_DELAY_MAX_S = 10.0, 1_000.0
"""Elusive refunds change more slowly by this factor, if the usual delay is at most ELUSIVE_DELAY_MAX_S."""

MISREPORTED = "misreported"
"""Marks a webhook, among a refund's changes, that reports the opposite of the status; the status does not change."""


@dataclass(slots=True, kw_only=True)
class Habits:
    """Shares of orders, each drawn independently; names that end in `_s` are seconds.

    `refuse`, `refuse_oddly`: refused and stored, with a known raw code or with one in no table. `busy`: 429, `broken`:
    500, `away`: 503, nothing is stored. `pending`: the outcome comes after up to `delay_s`; a share `pending_fail` of
    those fails. `accepted_only`: pending, and the answer has no id. `late_failure`: succeeds, then fails. `contradict`:
    reports the opposite of its last result after up to `delay_s`. `lag`: status queries do not find the refund for up
    to `lag_s`. `alias`: answers have another id than webhooks. `timeless`, `nameless`: answers and webhooks have no
    times, or not this service's reference. `silent`: no webhook is sent. `webhook_first`: a webhook is also sent for
    the result in the answer; `reports_refusals`: also for refusals. `elusive`: no status query finds the refund while
    it is pending. `misspoken`: it is booked, and answered by an error with a code in no table. `refuse_repeats`: a
    repeated key is refused, since the money is gone. `unseen_unanswered`: of those that lag, this share gets no answer
    and is reported once queries find it. `refuse_unstored`: refused with a known raw code, and nothing is stored.
    `fickle`: the last status changes some more times, each after up to `delay_s`. `misreport`: after its end a webhook
    reports the opposite, which the books deny. `misquote`: the first answer has another amount. `idless`: the first
    answer has no id of its own. `forgetful`: the first webhook does not have this service's reference.
    """

    refuse: float = 0.0
    refuse_oddly: float = 0.0
    busy: float = 0.0
    broken: float = 0.0
    away: float = 0.0
    pending: float = 0.0
    pending_fail: float = 0.0
    accepted_only: float = 0.0
    late_failure: float = 0.0
    contradict: float = 0.0
    lag: float = 0.0
    alias: float = 0.0
    timeless: float = 0.0
    nameless: float = 0.0
    silent: float = 0.0
    webhook_first: float = 0.0
    elusive: float = 0.0
    misspoken: float = 0.0
    refuse_repeats: float = 0.0
    unseen_unanswered: float = 0.0
    refuse_unstored: float = 0.0
    fickle: float = 0.0
    misreport: float = 0.0
    misquote: float = 0.0
    idless: float = 0.0
    forgetful: float = 0.0
    reports_refusals: bool = False
    delay_s: float = 600.0
    lag_s: float = 30.0
    retry_afters_s: tuple[str, ...] = (RETRY_AFTER_S,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What happens to one order. `changes` are triples: seconds after the order, status and raw code.

    `answer` is given if nothing is booked. `is_unsent`: nothing is booked and no answer comes. `is_unanswered`: the
    order is booked and no answer comes.
    """

    answer: HttpAnswer | None = None
    status: str = SUCCEEDED
    raw_code: str = ""
    changes: tuple[tuple[float, str, str], ...] = ()
    webhooks_first: int = 0
    is_accepted_only: bool = False
    is_unsent: bool = False
    is_unanswered: bool = False
    is_silent: bool = False
    has_alias: bool = False
    reports_time: bool = True
    reports_reference: bool = True
    unseen_s: float = 0.0
    misspoken: HttpAnswer | None = None
    is_elusive: bool = False
    is_misquoted: bool = False
    is_idless: bool = False
    is_forgetful: bool = False

    def check_sent(self) -> None:
        """Raises LineLost if nothing is booked and no answer comes."""
        if self.is_unsent:
            raise LineLost

    def check_answered(self) -> None:
        """Raises LineLost if the order is booked and no answer comes."""
        if self.is_unanswered:
            raise LineLost


BUSY = Plan(answer=error(429, "too_many_requests", retry_after=RETRY_AFTER_S))
BROKEN = Plan(answer=error(500, "internal_error"))
AWAY = Plan(answer=error(503, "upstream_unavailable", retry_after=RETRY_AFTER_S))
R02 = "R02"

TOKENS = {
    "tok_pending": Plan(status=PENDING, changes=((TOKEN_DELAY_S, SUCCEEDED, ""),)),
    "tok_late_failure": Plan(changes=((TOKEN_DELAY_S, FAILED, R02),)),
    "tok_timeout_after_move": Plan(is_unanswered=True, is_silent=True),
    "tok_slow": Plan(is_unanswered=True, is_silent=True),
    "tok_timeout_before_move": Plan(is_unsent=True, is_silent=True),
    "tok_webhook_first": Plan(webhooks_first=1),
    "tok_webhook_twice": Plan(webhooks_first=2),
    "tok_webhook_only": Plan(status=PENDING, is_accepted_only=True, changes=((TOKEN_DELAY_S, SUCCEEDED, ""),)),
}
FIRST_CALL = {"tok_rate_limited": BUSY, "tok_error_500": BROKEN}


def plan_of(order: Submission, calls: int, habits: Habits, seeded_random: random.Random) -> Plan:
    """Returns the plan for the `calls`-th call of this order, if its key is not known yet."""
    token = order.metadata.get(OVERRIDE_FIELD, order.token)
    if token in FIRST_CALL:
        return FIRST_CALL[token] if calls == 1 else Plan()
    if token in TOKENS:
        return TOKENS[token]
    if token.startswith(REFUSED_PREFIX) and token != REFUSED_PREFIX:
        return _refused_by_token(token.removeprefix(REFUSED_PREFIX))
    return _by_habit(habits, seeded_random)


def _refused_by_token(code: str) -> Plan:
    """Returns the raw code for the normalised code in a token, like the sandbox.

    Any other text is a raw code itself.
    """
    raw_code = next((raw for raw, normalised in SANDBOX.items() if normalised == code), code)
    if code == "rate_limited":
        return BUSY
    if code == "gateway_unavailable":
        return AWAY
    return Plan(status=FAILED, raw_code="E9999" if code == "unknown_error" else raw_code)


def _by_habit(habits: Habits, seeded_random: random.Random) -> Plan:
    def draws(share: float) -> bool:
        return share > 0 and seeded_random.random() < share

    if draws(habits.busy):
        wait_s = RETRY_AFTER_S if len(habits.retry_afters_s) == 1 else seeded_random.choice(habits.retry_afters_s)
        return Plan(answer=error(429, "too_many_requests", retry_after=wait_s))
    for share, plan in ((habits.broken, BROKEN), (habits.away, AWAY)):
        if draws(share):
            return plan
    if draws(habits.refuse_unstored):
        return Plan(answer=error(402, seeded_random.choice(REFUSALS)))
    if draws(habits.refuse):
        return Plan(status=FAILED, raw_code=seeded_random.choice(REFUSALS))
    if draws(habits.refuse_oddly):
        return Plan(status=FAILED, raw_code=f"X{seeded_random.randrange(100)}")
    is_accepted_only = draws(habits.accepted_only)
    status = PENDING if is_accepted_only or draws(habits.pending) else SUCCEEDED
    is_elusive = status == PENDING and draws(habits.elusive)
    slower = ELUSIVE_SLOWER if is_elusive and habits.delay_s <= ELUSIVE_DELAY_MAX_S else 1.0
    unseen_s = seeded_random.random() * habits.lag_s if draws(habits.lag) else 0.0
    is_unseen = unseen_s > 0 and habits.unseen_unanswered > 0
    seen = ((unseen_s + 0.001, SUCCEEDED, ""),) if is_unseen and status == SUCCEEDED else ()
    return Plan(
        status=status,
        is_unanswered=is_unseen and draws(habits.unseen_unanswered),
        changes=(*seen, *((slower * at_s, to, code) for at_s, to, code in changes_of(status, habits, seeded_random))),
        webhooks_first=int(draws(habits.webhook_first)),
        is_accepted_only=is_accepted_only,
        is_silent=draws(habits.silent) and not is_unseen,
        has_alias=draws(habits.alias),
        reports_time=not draws(habits.timeless),
        reports_reference=not draws(habits.nameless),
        unseen_s=unseen_s,
        is_elusive=is_elusive,
        misspoken=error(422, f"X{seeded_random.randrange(100)}") if draws(habits.misspoken) else None,
        is_misquoted=draws(habits.misquote),
        is_idless=draws(habits.idless),
        is_forgetful=draws(habits.forgetful),
    )


def changes_of(status: str, habits: Habits, seeded_random: random.Random) -> list[tuple[float, str, str]]:
    """Returns the changes of a refund with this status, as triples: seconds after the order, status, raw code."""
    changes: list[tuple[float, str, str]] = []
    at_s = 0.0

    def then(next_status: str) -> None:
        nonlocal at_s, status
        at_s += 0.001 + seeded_random.random() * habits.delay_s
        changes.append((at_s, next_status, R02 if next_status == FAILED else ""))
        status = next_status

    if status == PENDING:
        then(FAILED if seeded_random.random() < habits.pending_fail else SUCCEEDED)
    if status == SUCCEEDED and seeded_random.random() < habits.late_failure:
        then(FAILED)
    if seeded_random.random() < habits.contradict:
        then(SUCCEEDED if status == FAILED else FAILED)
    if habits.fickle > 0 and seeded_random.random() < habits.fickle:
        for _ in range(seeded_random.randrange(1, FLIPS_MAX)):
            then(SUCCEEDED if status == FAILED else FAILED)
    if habits.misreport > 0 and seeded_random.random() < habits.misreport:
        then(MISREPORTED)
    return changes
