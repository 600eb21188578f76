"""Maps the errors of parameters to problems."""

from refunds.domain import errors
from refunds.runtime.http.problems import ProblemKind, ProblemTable


def _kind(status: int, code: str) -> ProblemKind:
    return ProblemKind(status=status, code=code)


PROBLEMS: ProblemTable = {
    errors.TenantNotFound: _kind(404, "tenant_not_found"),
    errors.ParameterNotFound: _kind(404, "parameter_not_found"),
    errors.InvalidInput: _kind(422, "validation_failed"),
    errors.ValueOutOfRange: _kind(422, "value_out_of_range"),
    errors.NotOverridable: _kind(422, "not_overridable"),
    errors.AlreadyExists: _kind(409, "already_exists"),
    errors.KeyReused: _kind(422, "idempotency_key_reused"),
    errors.StoreUnavailable: _kind(503, "store_unavailable"),
    errors.OutcomeUnknown: _kind(503, "outcome_unknown"),
    errors.SettingsUnreadable: _kind(503, "settings_unreadable"),
    errors.Overloaded: _kind(429, "overloaded"),
}
