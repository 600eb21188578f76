"""EventBridge Schemas: registries and schemas with their versions; moto has no such service, so it gets one."""

from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.utils import utcnow
from tests.infrastructure.emulator.errors import NotFoundException
from tests.infrastructure.emulator.extend import adds_service, given, memory

REGISTRIES, SCHEMAS, TAGS = "schemas registries", "schemas schemas", "schemas tags"


class SchemasResponse(BaseResponse):
    """The actions that Terraform's resources use."""

    def __init__(self) -> None:
        super().__init__(service_name="schemas")

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:schemas:{self.region}:{self.current_account}:{kind}/{name}"

    def _found(self, kind: str, name: str) -> dict:
        if name not in memory(self, kind):
            raise NotFoundException(f"{name} does not exist")
        return memory(self, kind)[name]

    def create_registry(self) -> ActionResult:
        request = given(self)
        arn = self._arn("registry", request["RegistryName"])
        memory(self, REGISTRIES)[request["RegistryName"]] = request | {"RegistryArn": arn}
        memory(self, TAGS)[arn] = dict(request.get("Tags") or {})
        return self._registry(request["RegistryName"])

    def describe_registry(self) -> ActionResult:
        return self._registry(given(self)["RegistryName"])

    def _registry(self, name: str) -> ActionResult:
        record = self._found(REGISTRIES, name)
        return ActionResult(record | {"Tags": memory(self, TAGS)[record["RegistryArn"]]})

    def update_registry(self) -> ActionResult:
        request = given(self)
        self._found(REGISTRIES, request["RegistryName"]).update(request)
        return self._registry(request["RegistryName"])

    def delete_registry(self) -> EmptyResult:
        memory(self, REGISTRIES).pop(given(self)["RegistryName"], None)
        return EmptyResult()

    def create_schema(self) -> ActionResult:
        request = given(self)
        name = f"{request['RegistryName']}/{request['SchemaName']}"
        arn = self._arn("schema", name)
        memory(self, SCHEMAS)[name] = request | {"SchemaArn": arn, "SchemaVersion": "1", "VersionCreatedDate": utcnow()}
        memory(self, TAGS)[arn] = dict(request.get("Tags") or {})
        return self._schema(name)

    def describe_schema(self) -> ActionResult:
        request = given(self)
        return self._schema(f"{request['RegistryName']}/{request['SchemaName']}")

    def _schema(self, name: str) -> ActionResult:
        record = self._found(SCHEMAS, name)
        changed_at = record["VersionCreatedDate"]
        return ActionResult(record | {"LastModified": changed_at, "Tags": memory(self, TAGS)[record["SchemaArn"]]})

    def update_schema(self) -> ActionResult:
        request = given(self)
        name = f"{request['RegistryName']}/{request['SchemaName']}"
        record = self._found(SCHEMAS, name)
        version = str(int(record["SchemaVersion"]) + 1)
        record.update(request | {"SchemaVersion": version, "VersionCreatedDate": utcnow()})
        return self._schema(name)

    def delete_schema(self) -> EmptyResult:
        request = given(self)
        memory(self, SCHEMAS).pop(f"{request['RegistryName']}/{request['SchemaName']}", None)
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        return ActionResult({"Tags": memory(self, TAGS).get(given(self)["ResourceArn"], {})})

    def tag_resource(self) -> EmptyResult:
        request = given(self)
        memory(self, TAGS).setdefault(request["ResourceArn"], {}).update(request["Tags"])
        return EmptyResult()


adds_service("schemas", SchemasResponse)
