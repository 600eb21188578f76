"""Cognito: resource servers can be changed and deleted."""

from typing import Any

from moto.cognitoidp.models import CognitoResourceServer
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult
from tests.infrastructure.emulator.extend import adds, given


def _servers(self: CognitoIdpResponse, request: dict[str, Any]) -> dict[str, CognitoResourceServer]:
    return self.backend.describe_user_pool(request["UserPoolId"]).resource_servers


@adds(CognitoIdpResponse)
def update_resource_server(self: CognitoIdpResponse) -> ActionResult:
    request = given(self)
    server = _servers(self, request)[request["Identifier"]]
    server.name, server.scopes = request["Name"], request.get("Scopes", [])
    return ActionResult({"ResourceServer": server.to_json()})


@adds(CognitoIdpResponse)
def delete_resource_server(self: CognitoIdpResponse) -> EmptyResult:
    request = given(self)
    _servers(self, request).pop(request["Identifier"], None)
    return EmptyResult()
