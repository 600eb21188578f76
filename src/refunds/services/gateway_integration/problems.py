"""Maps the errors of a refused webhook to problems."""

from refunds.domain import errors
from refunds.runtime.http.problems import ProblemKind, ProblemTable

PROBLEMS: ProblemTable = {
    errors.NotFound: ProblemKind(status=404, code="notice_of_nothing_known"),
    errors.Refused: ProblemKind(status=422, code="notice_refused"),
    errors.Conflict: ProblemKind(status=409, code="conflict"),
    errors.Unavailable: ProblemKind(status=503, code="unavailable"),
    errors.Overloaded: ProblemKind(status=429, code="overloaded"),
}
