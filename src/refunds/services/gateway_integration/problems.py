"""Maps the errors of a refused webhook to problems."""

from refunds.domain import errors
from refunds.runtime.http.problems import ProblemKind, ProblemTable

PROBLEMS: ProblemTable = {
    errors.NotFound: ProblemKind(status=404, code="not_found", title="No such gateway or payment"),
    errors.Refused: ProblemKind(status=422, code="notice_refused", title="The webhook is not taken"),
    errors.Conflict: ProblemKind(status=409, code="conflict", title="The refund does not take this"),
    errors.Unavailable: ProblemKind(status=503, code="unavailable", title="Try again shortly"),
    errors.Overloaded: ProblemKind(status=429, code="overloaded", title="Too many requests are waiting"),
}
