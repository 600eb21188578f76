"""Lambda: a function tells where it writes its log; no function is ever run."""

from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.core.config import default_user_config
from tests.infrastructure.emulator.extend import replaces

default_user_config["lambda"]["use_docker"] = False


@replaces(LambdaFunction, name="__init__")
def remember(
    original: Any, self: LambdaFunction, account_id: str, spec: dict[str, Any], *rest: Any, **named: Any
) -> None:
    original(self, account_id, spec, *rest, **named)
    self.logging_config = spec.get("LoggingConfig")


@replaces(LambdaFunction)
def update_configuration(original: Any, self: LambdaFunction, updates: dict[str, Any]) -> Any:
    self.logging_config = updates.get("LoggingConfig", self.logging_config)
    return original(self, updates)


@replaces(LambdaFunction)
def get_configuration(original: Any, self: LambdaFunction, *given: Any, **named: Any) -> dict[str, Any]:
    logging_config = {"LoggingConfig": self.logging_config} if self.logging_config else {}
    return original(self, *given, **named) | logging_config
