"""Changes planted into a contract, under the names that tests show: those that break a caller and those that do not.

Each takes the contract as decoded JSON and changes it in place; an incompatible one has the kind that must be found.
"""

from collections.abc import Callable
from typing import Any

from tests.support.public_contract.compatibility import Contract
from tests.support.public_contract.findings import Document

Plant = Callable[[Contract], Any]


def schema(contract: Contract, name: str) -> Document:
    """A named schema of the API."""
    found: Document = contract.openapi["components"]["schemas"][name]
    return found


def fields(contract: Contract, name: str) -> Document:
    """The fields of a named schema of the API."""
    found: Document = schema(contract, name)["properties"]
    return found


def operation(contract: Contract, path: str = "/v1/refunds", method: str = "post") -> Document:
    """An operation of the API."""
    found: Document = contract.openapi["paths"][path][method]
    return found


def query(contract: Contract, name: str) -> Document:
    """A parameter of `GET /v1/refunds`."""
    parameters = operation(contract, method="get")["parameters"]
    return next(parameter for parameter in parameters if parameter["name"] == name)


def answers(contract: Contract, status: str) -> Document:
    """The answer of a status of `POST /v1/refunds`."""
    found: Document = operation(contract)["responses"][status]
    return found


def problems(contract: Contract) -> list[Document]:
    """The table of all problems."""
    found: list[Document] = contract.openapi["x-problems"]
    return found


def event(contract: Contract) -> Document:
    """The schema of one event."""
    return contract.events["refund.completed"]


INCOMPATIBLE: dict[str, tuple[str, Plant]] = {
    "an operation is gone": ("operation_removed", lambda c: c.openapi["paths"]["/v1/refunds"].pop("get")),
    "a path is gone": ("operation_removed", lambda c: c.openapi["paths"].pop("/v1/audit")),
    "an operation has another name": ("operation_renamed", lambda c: operation(c).update(operationId="make_refund")),
    "a filter is gone": (
        "parameter_removed",
        lambda c: operation(c, method="get")["parameters"].remove(query(c, "status")),
    ),
    "a filter must be sent": ("parameter_required", lambda c: query(c, "status").update(required=True)),
    "a new header must be sent": (
        "parameter_required",
        lambda c: operation(c)["parameters"].append({"name": "X-Region", "in": "header", "required": True}),
    ),
    "a filter takes fewer values": (
        "request_value_removed",
        lambda c: query(c, "status")["schema"]["enum"].remove("failed"),
    ),
    "a page may be shorter only": ("request_narrowed", lambda c: query(c, "limit")["schema"].update(maximum=50)),
    "a default of a parameter is another": (
        "default_changed",
        lambda c: query(c, "limit")["schema"].update(default=10),
    ),
    "a new field must be sent": (
        "request_field_required",
        lambda c: (
            fields(c, "CreateRefundBody").update(region={"type": "string"}),
            schema(c, "CreateRefundBody")["required"].append("region"),
        ),
    ),
    "an optional field must be sent": (
        "request_field_required",
        lambda c: schema(c, "CreateRefundBody")["required"].append("currency"),
    ),
    "a field is not taken any more": ("request_field_removed", lambda c: fields(c, "CreateRefundBody").pop("metadata")),
    "a field of a request has another type": (
        "request_type_changed",
        lambda c: fields(c, "CreateRefundBody")["amount"].update(type="string"),
    ),
    "one of several types is refused": (
        "request_type_changed",
        lambda c: fields(c, "SetValueBody")["value"]["anyOf"].remove(
            next(one for one in fields(c, "SetValueBody")["value"]["anyOf"] if one.get("type") == "boolean")
        ),
    ),
    "a value is not taken any more": ("request_value_removed", lambda c: schema(c, "NewTenantKind")["enum"].pop()),
    "a text may be shorter only": ("request_narrowed", lambda c: fields(c, "ReasonBody")["text"].update(maxLength=10)),
    "an amount must be larger": (
        "request_narrowed",
        lambda c: fields(c, "CreateRefundBody")["amount"].update(minimum=100),
    ),
    "an id has another pattern": (
        "request_narrowed",
        lambda c: fields(c, "CreateRefundBody")["payment_id"].update(pattern="^x$"),
    ),
    "a format is demanded": ("request_narrowed", lambda c: fields(c, "ReasonBody")["text"].update(format="uuid")),
    "a list may be shorter only": (
        "request_narrowed",
        lambda c: fields(c, "CreateRefundBody")["line_items"].update(maxItems=2),
    ),
    "a default of a field is another": (
        "default_changed",
        lambda c: fields(c, "CreateRefundBody")["submit"].update(default=False),
    ),
    "a default beside a reference is another": (
        "default_changed",
        lambda c: fields(c, "CreateRefundBody")["method"].update(default="other"),
    ),
    "a form of the body is gone": (
        "request_media_type_removed",
        lambda c: operation(c, "/v1/refunds/bulk")["requestBody"]["content"].pop("text/csv"),
    ),
    "a field of an answer is gone": ("response_field_removed", lambda c: fields(c, "RefundOut").pop("arn")),
    "a field of an answer may be absent": (
        "response_field_optional",
        lambda c: schema(c, "RefundOut")["required"].remove("status"),
    ),
    "a field of an answer has another type": (
        "response_type_changed",
        lambda c: fields(c, "RefundOut")["amount"].update(type="string"),
    ),
    "a field of an answer may be null": (
        "response_type_changed",
        lambda c: fields(c, "RefundOut").update(status={"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ),
    "members of a list have another type": (
        "response_type_changed",
        lambda c: fields(c, "RefundPageOut")["data"].update(items={"type": "string"}),
    ),
    "values of a map have another type": (
        "response_type_changed",
        lambda c: fields(c, "RefundOut")["metadata"].update(additionalProperties={"type": "integer"}),
    ),
    "an answer has a keyword that cannot be judged": (
        "keyword_changed",
        lambda c: schema(c, "RefundOut").update({"not": {"required": ["arn"]}}),
    ),
    "a success has another status": (
        "status_removed",
        lambda c: operation(c)["responses"].update({"202": operation(c)["responses"].pop("201")}),
    ),
    "a second status of success": (
        "status_added",
        lambda c: operation(c)["responses"].update({"202": answers(c, "201")}),
    ),
    "an error has another status": (
        "status_removed",
        lambda c: operation(c)["responses"].update({"410": operation(c)["responses"].pop("404")}),
    ),
    "a form of the answer is gone": (
        "response_media_type_removed",
        lambda c: answers(c, "201").update(content={"text/plain": {"schema": {"type": "string"}}}),
    ),
    "a header of the answer is gone": ("header_removed", lambda c: answers(c, "201")["headers"].pop("RateLimit")),
    "an operation gives a problem no more": (
        "problem_removed",
        lambda c: answers(c, "400")["content"]["application/problem+json"]["examples"].pop("invalid_header"),
    ),
    "a problem is in the table no more": ("problem_removed", lambda c: problems(c).pop()),
    "a problem has another status": ("problem_status_changed", lambda c: problems(c)[0].update(status=418)),
    "a token is needed": (
        "security_changed",
        lambda c: operation(c, "/health/live", "get").update(security=[{"token": []}]),
    ),
    "another token is needed": ("security_changed", lambda c: operation(c).update(security=[{"key": []}])),
    "tokens are sent in another way": (
        "security_changed",
        lambda c: c.openapi["components"]["securitySchemes"]["token"].update(scheme="basic"),
    ),
    "a type of event is gone": ("event_removed", lambda c: c.events.pop("refund.completed")),
    "a field of an event is gone": ("response_field_removed", lambda c: event(c)["properties"].pop("merchant_id")),
    "a field of an event may be absent": ("response_field_optional", lambda c: event(c)["required"].remove("amount")),
    "a field of an event has another type": (
        "response_type_changed",
        lambda c: event(c)["properties"]["amount"].update(type="number"),
    ),
    "an event says another type": (
        "response_value_added",
        lambda c: event(c)["properties"]["type"].update(const="refund.done"),
    ),
}

COMPATIBLE: dict[str, Plant] = {
    "a new operation": lambda c: c.openapi["paths"].update({"/v1/reports": {"get": operation(c, method="get")}}),
    "a new filter": lambda c: operation(c, method="get")["parameters"].append(
        {"name": "arn", "in": "query", "schema": {"type": "string"}}
    ),
    "a header must not be sent any more": lambda c: operation(c)["parameters"][0].update(required=False),
    "a new field may be sent": lambda c: fields(c, "CreateRefundBody").update(region={"type": "string"}),
    "a field must not be sent any more": lambda c: schema(c, "CreateRefundBody")["required"].remove("reason"),
    "a new value is taken": lambda c: schema(c, "NewTenantKind")["enum"].append("franchise"),
    "a text may be longer": lambda c: fields(c, "DecideApprovalBody")["text"].update(maxLength=1000),
    "an amount may be 0": lambda c: fields(c, "CreateRefundBody")["amount"].update(minimum=0),
    "any text is taken as an id": lambda c: fields(c, "CreateRefundBody")["payment_id"].pop("pattern"),
    "null is taken": lambda c: fields(c, "CreateRefundBody")["amount"].update(type=["integer", "null"]),
    "a number is taken for an integer": lambda c: fields(c, "CreateRefundBody")["amount"].update(type="number"),
    "other fields are taken": lambda c: schema(c, "CreateRefundBody").update(additionalProperties=True),
    "a new field of an answer": lambda c: (
        fields(c, "RefundOut").update(settled_at={"type": "string"}),
        schema(c, "RefundOut")["required"].append("settled_at"),
    ),
    "a field of an answer is always there": lambda c: schema(c, "RowResult")["required"].append("status"),
    "a field of an answer is never null": lambda c: fields(c, "RefundOut").update(arn={"type": "string"}),
    "the values of an answer are listed": lambda c: fields(c, "RefundOut")["status"].update(enum=["draft"]),
    "a field of an answer has a format": lambda c: fields(c, "RefundOut")["id"].update(format="uuid"),
    "a new problem": lambda c: problems(c).append({"code": "too_early", "status": 425, "title": "Too early"}),
    "an operation gives a new problem": lambda c: operation(c)["responses"].update({"425": answers(c, "400")}),
    "another form of the answer": lambda c: answers(c, "201")["content"].update({"text/csv": {}}),
    "another token is enough, too": lambda c: operation(c)["security"].append({"key": []}),
    "no token is needed": lambda c: operation(c).update(security=[]),
    "a parameter of the path has another name": lambda c: c.openapi["paths"].update(
        {
            "/v1/tenants/{id}": {
                "get": c.openapi["paths"].pop("/v1/tenants/{tenant_id}")["get"]
                | {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]}
            }
        }
    ),
    "a schema has another name": lambda c: (
        c.openapi["components"]["schemas"].update(NewMethod=schema(c, "ConnectedMethod")),
        fields(c, "CreateRefundBody")["method"].update({"$ref": "#/components/schemas/NewMethod"}),
    ),
    "prose and examples": lambda c: (
        operation(c).update(description="Another text."),
        answers(c, "201")["content"]["application/json"].update(example={}),
        c.openapi["info"].update(version="2.0.0"),
    ),
    "a new type of event": lambda c: c.events.update({"refund.settled": event(c)}),
    "a new field of an event": lambda c: event(c)["properties"].update(arn={"type": "string"}),
    "other words for an event": lambda c: event(c).update(description="The money left."),
}
