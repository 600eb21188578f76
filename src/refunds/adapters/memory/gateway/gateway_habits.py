"""Decides how the simulated gateway treats a submission.

Special tokens of payment methods decide, as in the sandbox gateway. For other tokens, the gateway's habits decide.
Habits are probabilities between 0 and 1 and may be changed at any time. By default every refund succeeds.
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
"""Used in place of a status if a webhook reports the opposite status. The refund's own status does not change."""


@dataclass(slots=True, kw_only=True)
class Habits:
    """The probability of each unusual behavior of the simulated gateway.

    Each probability is drawn independently for each submission. Fields that end in `_s` are times in seconds.

    - `refuse`: the refund is refused with a known raw code, and stored.
    - `refuse_oddly`: the refund is refused with a raw code that is in no table, and stored.
    - `refuse_unstored`: the refund is refused with a known raw code, and not stored.
    - `busy`, `broken`, `away`: the answer is the status 429, 500 or 503, and nothing is stored.
    - `pending`: the outcome comes after up to `delay_s`. `pending_fail` is the share of pending refunds that fail.
    - `accepted_only`: the refund is pending, and the answer does not contain the gateway's id.
    - `late_failure`: the refund succeeds, and fails later.
    - `contradict`: the last result turns into its opposite after up to `delay_s`.
    - `fickle`: the last result changes several more times, each time after up to `delay_s`.
    - `misreport`: a webhook after the last change reports the opposite, but the books do not change.
    - `lag`: status queries do not find the refund for up to `lag_s`.
    - `unseen_unanswered`: this share of the lagging submissions gets no answer. The gateway reports these refunds when
      status queries find them.
    - `elusive`: no status query finds the refund while it is pending.
    - `alias`: the id in answers differs from the id in webhooks.
    - `timeless`: answers and webhooks contain no times.
    - `nameless`: answers and webhooks do not contain this service's reference.
    - `forgetful`: the first webhook does not contain this service's reference.
    - `idless`: the first answer does not contain the gateway's id.
    - `misquote`: the first answer contains another amount.
    - `misspoken`: the refund is stored, but the answer is an error with a code that is in no table.
    - `silent`: no webhook is sent.
    - `webhook_first`: a webhook is sent for the result that the answer contains.
    - `reports_refusals`: `webhook_first` also applies to refusals.
    - `refuse_repeats`: a repeated submission is refused, because the money has already moved.
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
    """Describes what the simulated gateway does with one submission.

    `changes` are the later changes of the refund. Each change has the seconds after the submission, the status and the
    raw code. If `answer` is set, the gateway returns it and books nothing. If `is_unsent` is True, nothing is booked
    and no answer comes. If `is_unanswered` is True, the refund is booked but no answer comes.
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
        """Raises LineLost if the plan is that nothing is booked and no answer comes."""
        if self.is_unsent:
            raise LineLost

    def check_answered(self) -> None:
        """Raises LineLost if the plan is that the refund is booked but no answer comes."""
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
    """Returns the plan for a submission. `calls` is the number of calls of this attempt, including the current call.

    Calls with an idempotency key that the gateway remembers need no plan and are not counted.
    """
    token = order.metadata.get(OVERRIDE_FIELD, order.token)
    if token in FIRST_CALL:
        return FIRST_CALL[token] if calls == 1 else Plan()
    if token in TOKENS:
        return TOKENS[token]
    if token.startswith(REFUSED_PREFIX) and token != REFUSED_PREFIX:
        return _refused_by_token(token.removeprefix(REFUSED_PREFIX))
    return _by_habit(habits, seeded_random)


def _refused_by_token(code: str) -> Plan:
    """Returns the plan for a token that asks for a refusal. The sandbox gateway treats such tokens in the same way."""
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
    """Returns the later changes of a refund that begins with this status.

    Each change has the seconds after the submission, the new status and the raw code.
    """
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
