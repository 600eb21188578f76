"""Builds problem documents (RFC 9457), which answer requests that are refused or fail.

Each service provides a table that maps classes of errors to status and code. Titles and details come from `texts`. An
error that is in no table is a defect. The answer to such an error has the status 500 and no details.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from refunds.domain.errors import RefundsError
from refunds.texts.problem_texts import message_of
from refunds.texts.requests.limit_facts import RequestFailed
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.requests.request_texts import detail_of
from refunds.texts.titles import TITLES

PROBLEM_JSON = b"application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """A kind of problem. `code` is meant for programs and never changes."""

    status: int
    code: str

    @property
    def title(self) -> str:
        """Returns one short line that explains the code."""
        return TITLES[self.code]


ProblemTable: TypeAlias = Mapping[type[Exception], ProblemKind]

MALFORMED = ProblemKind(status=400, code="malformed_json")
INVALID_HEADER = ProblemKind(status=400, code="invalid_header")
INVALID_QUERY = ProblemKind(status=400, code="invalid_query")
UNAUTHENTICATED = ProblemKind(status=401, code="unauthenticated")
SECOND_FACTOR_NEEDED = ProblemKind(status=401, code="insufficient_user_authentication")
FORBIDDEN = ProblemKind(status=403, code="forbidden")
ROUTE_NOT_FOUND = ProblemKind(status=404, code="route_not_found")
METHOD_NOT_ALLOWED = ProblemKind(status=405, code="method_not_allowed")
NOT_ACCEPTABLE = ProblemKind(status=406, code="not_acceptable")
BODY_TOO_SLOW = ProblemKind(status=408, code="body_too_slow")
BODY_TOO_LARGE = ProblemKind(status=413, code="body_too_large")
MEDIA_TYPE_NOT_SUPPORTED = ProblemKind(status=415, code="media_type_not_supported")
VALIDATION_FAILED = ProblemKind(status=422, code="validation_failed")
TOO_MANY_REQUESTS = ProblemKind(status=429, code="overloaded")
RATE_LIMIT_EXCEEDED = ProblemKind(status=429, code="rate_limit_exceeded")
INTERNAL = ProblemKind(status=500, code="internal_error")
NOT_READY = ProblemKind(status=503, code="not_ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """An invalid field of a request.

    `pointer` is a JSON pointer into the body, or it names a header or a query parameter.
    """

    pointer: str
    code: str
    detail: str


@dataclass(slots=True, kw_only=True, eq=False)
class Problem(Exception):
    """The error that becomes a problem document in the response. Handlers and the web raise it."""

    kind: ProblemKind
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Sequence[tuple[bytes, bytes]] = field(default_factory=tuple)

    def __str__(self) -> str:
        return f"{self.kind.code}: {self.detail}"


def problem(
    kind: ProblemKind,
    fact: RequestFact,
    *,
    errors: Sequence[FieldError] = (),
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> Problem:
    """Returns the problem for a request that the web refuses because of this fact."""
    return Problem(kind=kind, detail=detail_of(fact), errors=errors, headers=headers)


class ProblemDocument(msgspec.Struct, kw_only=True, omit_defaults=False):
    """The body of a response with the media type application/problem+json."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: Sequence[FieldError]
    request_id: str


_encoder = msgspec.json.Encoder()


def problem_of(error: Exception, table: ProblemTable) -> Problem:
    """Returns the problem for an error. The nearest class of the error in the table decides the kind of problem."""
    if isinstance(error, Problem):
        return error
    kind = _kind_of(error, table)
    if kind is None or not isinstance(error, RefundsError):
        return problem(INTERNAL, RequestFailed())
    raised = (error, *error.also)
    errors = [
        FieldError(pointer=one.pointer, code=(_kind_of(one, table) or kind).code, detail=message_of(one))
        for one in raised
        if one.pointer
    ]
    detail = " ".join(map(message_of, raised))
    return Problem(kind=kind, detail=detail, errors=errors, headers=_retry_after(error))


def _kind_of(error: object, table: ProblemTable) -> ProblemKind | None:
    return next((table[of] for of in type(error).__mro__ if of in table), None)


def _retry_after(error: Exception) -> Sequence[tuple[bytes, bytes]]:
    wait_s = getattr(error, "retry_after_s", None)
    return ((b"retry-after", str(wait_s).encode()),) if isinstance(wait_s, int) else ()


def document_of(problem: Problem, instance: str, request_id: str) -> bytes:
    """Returns the problem document of a problem, encoded as JSON."""
    return _encoder.encode(
        ProblemDocument(
            type=f"/docs#{problem.kind.code}",
            title=problem.kind.title,
            status=problem.kind.status,
            detail=problem.detail,
            instance=instance,
            code=problem.kind.code,
            errors=problem.errors,
            request_id=request_id,
        )
    )
