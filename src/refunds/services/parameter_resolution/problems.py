"""Maps the errors of parameters to problems."""

from refunds.domain import errors
from refunds.runtime.http.problems import ProblemKind, ProblemTable


def _kind(status: int, code: str, title: str) -> ProblemKind:
    return ProblemKind(status=status, code=code, title=title)


PROBLEMS: ProblemTable = {
    errors.TenantNotFound: _kind(404, "tenant_not_found", "No such tenant in your scope"),
    errors.ParameterNotFound: _kind(404, "parameter_not_found", "No such parameter"),
    errors.InvalidInput: _kind(422, "validation_failed", "The request breaks a rule of its fields"),
    errors.ValueOutOfRange: _kind(422, "value_out_of_range", "Not a value that the parameter may have"),
    errors.NotOverridable: _kind(422, "not_overridable", "The parameter is set at the platform only"),
    errors.AlreadyExists: _kind(409, "already_exists", "Already recorded"),
    errors.KeyReused: _kind(422, "idempotency_key_reused", "The Idempotency-Key belongs to another request"),
    errors.StoreUnavailable: _kind(503, "store_unavailable", "The store cannot be reached"),
    errors.OutcomeUnknown: _kind(503, "outcome_unknown", "Not known whether it was stored"),
    errors.Overloaded: _kind(429, "overloaded", "Too many requests are waiting"),
}
