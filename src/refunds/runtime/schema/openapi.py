"""Creates the OpenAPI 3.1 document from the same `Endpoint`s that the web application uses for routing.

The document is built once, at the start of the process.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from refunds.runtime.http.endpoint import JSON, KEY_CHARS_MAX, Endpoint
from refunds.runtime.http.problems import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    FORBIDDEN,
    INTERNAL,
    INVALID_HEADER,
    INVALID_QUERY,
    MALFORMED,
    MEDIA_TYPE_NOT_SUPPORTED,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    NOT_READY,
    PROBLEM_JSON,
    RATE_LIMIT_EXCEEDED,
    ROUTE_NOT_FOUND,
    SECOND_FACTOR_NEEDED,
    TOO_MANY_REQUESTS,
    UNAUTHENTICATED,
    VALIDATION_FAILED,
    FieldError,
    ProblemDocument,
    ProblemKind,
    ProblemTable,
)
from refunds.texts.api.events import EVENT_MEANINGS
from refunds.texts.api.parts import PATHS, TAGS
from refunds.texts.api.remedies import REMEDIES

Json: TypeAlias = dict[str, Any]
"""A part of the document, as a JSON value."""

WEB_KINDS = (
    MALFORMED,
    INVALID_HEADER,
    INVALID_QUERY,
    UNAUTHENTICATED,
    SECOND_FACTOR_NEEDED,
    FORBIDDEN,
    ROUTE_NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    BODY_TOO_SLOW,
    BODY_TOO_LARGE,
    MEDIA_TYPE_NOT_SUPPORTED,
    VALIDATION_FAILED,
    TOO_MANY_REQUESTS,
    RATE_LIMIT_EXCEEDED,
    INTERNAL,
    NOT_READY,
)
_TEMPLATE = "#/components/schemas/{name}"
_BRACES = re.compile(r"{(\w+)}")


def openapi_document(
    endpoints: Sequence[Endpoint], problems: ProblemTable, version: str, public_url: str = ""
) -> bytes:
    """Returns the OpenAPI document as JSON.

    Callers reach the API at `public_url`. If `public_url` is empty, they use the address of the document itself.
    """
    kinds = {kind.code: kind for kind in (*WEB_KINDS, *problems.values())}
    types = [of for e in endpoints for of in (e.request, e.response, e.or_response) if of is not None]
    _, schemas = msgspec.json.schema_components([*types, ProblemDocument], ref_template=_TEMPLATE)
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, kinds)
    document: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Brik Refunds",
            "version": version,
            "description": "Refunds of captured payments, from the request to the result. Amounts are in minor units.",
        },
        "servers": [_server(public_url)],
        "tags": [
            {"name": tag, "description": TAGS[tag]} for tag in dict.fromkeys(e.tag for e in endpoints) if tag in TAGS
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "headers": _HEADERS,
        },
        "x-problems": [_problem(kind) for kind in kinds.values()],
        "x-events": [{"type": type_, "meaning": meaning} for type_, meaning in EVENT_MEANINGS.items()],
    }
    return msgspec.json.encode(document)


def _problem(kind: ProblemKind) -> Json:
    known: Json = {"code": kind.code, "status": kind.status, "title": kind.title}
    return known | (REMEDIES[kind.code]._asdict() if kind.code in REMEDIES else {})


_HEADERS: Json = {
    "RequestId": {"description": "Id of this request, for logs and reports.", "schema": {"type": "string"}},
    "ETag": {"description": "Version of the payment, for `If-Match`.", "schema": {"type": "string"}},
    "Replayed": {
        "description": "`true` if this is the answer to an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "RateLimit": {
        "description": "r: requests that the token's tenant may still send to this process in the present window. "
        "t: seconds until the next window. The form is that of draft-ietf-httpapi-ratelimit-headers.",
        "schema": {"type": "string"},
        "example": '"tenant";r=9958;t=7',
    },
    "RateLimitPolicy": {
        "description": "The limit: q requests in w seconds.",
        "schema": {"type": "string"},
        "example": '"tenant";q=10000;w=10',
    },
    "RetryAfter": {"description": "Seconds to wait before the next request.", "schema": {"type": "integer"}},
}


_RATE_HEADERS: Json = {
    "RateLimit": {"$ref": "#/components/headers/RateLimit"},
    "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
}


def _server(public_url: str) -> Json:
    if public_url:
        return {"url": public_url, "description": "This installation."}
    return {"url": "/", "description": "The server that this document came from."}


def _operation(endpoint: Endpoint, kinds: Mapping[str, ProblemKind]) -> Json:
    operation: Json = {
        "operationId": endpoint.operation_id,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "security": [] if endpoint.action is None else [{"token": []}],
        "parameters": _parameters(endpoint),
        "responses": {str(endpoint.status): _answer(endpoint)} | _refusals(endpoint, kinds),
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if endpoint.request is not None:
        operation["requestBody"] = _request(endpoint)
    return operation


def _parameters(endpoint: Endpoint) -> list[Json]:
    found: list[Json] = [_path_parameter(name) for name in _BRACES.findall(endpoint.path)]
    if endpoint.query is not None:
        found.extend(_query_parameters(endpoint.query))
    if endpoint.needs_key:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "Requests with the same key and body get the same answer, however often they are sent.",
                "schema": {"type": "string", "minLength": 1, "maxLength": KEY_CHARS_MAX, "pattern": "^[ -~]+$"},
                "example": "order-1001-refund-1",
            }
        )
    if endpoint.takes_if_match:
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "description": "The ETag that you received when you read the payment, or several with commas between "
                "them. If the payment has changed since, the answer is 412. A weak ETag (W/…) never matches.",
                "schema": {"type": "string"},
                "example": '"2"',
            }
        )
    return found


def _path_parameter(name: str) -> Json:
    described = {"description": PATHS[name]} if name in PATHS else {}
    return {"name": name, "in": "path", "required": True, **described, "schema": {"type": "string"}}


def _query_parameters(of: type) -> list[Json]:
    schema = msgspec.json.schema(of, ref_template="#/$defs/{name}")
    definitions: Json = schema.get("$defs", {})
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    required = schema.get("required", [])
    return [
        _query_parameter(name, _inlined(member, definitions), name in required)
        for name, member in schema["properties"].items()
    ]


def _query_parameter(name: str, schema: Json, is_required: bool) -> Json:
    """Returns a query parameter."""
    described = {"description": schema.pop("description")} if "description" in schema else {}
    return {"name": name, "in": "query", "required": is_required, **described, "schema": schema}


def _inlined(schema: Json, definitions: Json) -> Json:
    """Returns a schema in which references are replaced by their definitions."""
    if "$ref" in schema:
        around = {name: value for name, value in schema.items() if name != "$ref"}
        return _inlined(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions) | around
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return _inlined(options[0], definitions)
    return dict(schema)


def _request(endpoint: Endpoint) -> Json:
    content: Json = {}
    for media_type in endpoint.takes:
        shown = [example for example in endpoint.request_examples if example.media_type == media_type]
        content[media_type.decode()] = {
            "schema": _reference(endpoint.request) if media_type == JSON else {"type": "string"},
            "examples": {
                f"example{number}": {"summary": example.summary, "value": msgspec.to_builtins(example.value)}
                for number, example in enumerate(shown, 1)
            },
        }
    return {"required": not endpoint.is_body_optional, "content": content}


def _reference(of: type | None) -> Json:
    if of is None:
        return {}
    (schema,), _ = msgspec.json.schema_components([of], ref_template=_TEMPLATE)
    return dict(schema)


def _answer(endpoint: Endpoint) -> Json:
    headers: Json = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
    if endpoint.action is not None:
        headers |= _RATE_HEADERS
    if endpoint.needs_key:
        headers["Idempotent-Replayed"] = {"$ref": "#/components/headers/Replayed"}
    schema = _reference(endpoint.response) or ({"type": "string"} if endpoint.gives != JSON else {"type": "object"})
    if endpoint.or_response is not None:
        schema = {"oneOf": [schema, _reference(endpoint.or_response)]}
    media: Json = {"schema": schema}
    if endpoint.response_example is not None:
        media["example"] = msgspec.to_builtins(endpoint.response_example)
    return {
        "description": endpoint.summary,
        "headers": headers,
        "content": {endpoint.gives.decode().partition(";")[0]: media},
    }


def _refusals(endpoint: Endpoint, kinds: Mapping[str, ProblemKind]) -> Json:
    by_status: dict[int, list[ProblemKind]] = {}
    of_the_store = [kinds[code] for code in _codes_of_the_store(endpoint) if code in kinds]
    for kind in (*_kinds_of_the_web(endpoint), *of_the_store, *(kinds[code] for code in endpoint.problems)):
        known = by_status.setdefault(kind.status, [])
        if kind not in known:
            known.append(kind)
    return {str(status): _refusal(endpoint, found) for status, found in sorted(by_status.items())}


def _kinds_of_the_web(endpoint: Endpoint) -> list[ProblemKind]:
    found = [INTERNAL, METHOD_NOT_ALLOWED, INVALID_QUERY]
    if endpoint.action is not None:
        found += [UNAUTHENTICATED, FORBIDDEN, NOT_ACCEPTABLE]
    if not endpoint.is_always_served:
        found.append(TOO_MANY_REQUESTS)
    if endpoint.action is not None:
        found.append(RATE_LIMIT_EXCEEDED)
    if endpoint.has_body:
        found += [MALFORMED, BODY_TOO_SLOW, BODY_TOO_LARGE, MEDIA_TYPE_NOT_SUPPORTED, VALIDATION_FAILED]
    if endpoint.needs_key or endpoint.takes_if_match:
        found.append(INVALID_HEADER)
    return found


def _codes_of_the_store(endpoint: Endpoint) -> tuple[str, ...]:
    """Returns the codes of the 503 problems that a route can answer because it uses the store."""
    if endpoint.action is None:
        return ()
    if endpoint.is_from_snapshot:
        return ("settings_unreadable",)
    reads = ("store_unavailable", "payment_unreadable", "settings_unreadable")
    return (*reads, "outcome_unknown") if endpoint.has_body else reads


def _refusal(endpoint: Endpoint, found: Sequence[ProblemKind]) -> Json:
    examples = {kind.code: {"summary": kind.title, "value": _example(endpoint, kind)} for kind in found}
    answer: Json = {
        "description": "; ".join(kind.title for kind in found),
        "content": {
            PROBLEM_JSON.decode(): {"schema": _reference(ProblemDocument), "examples": examples},
        },
    }
    if found[0].status in (429, 503):
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    if RATE_LIMIT_EXCEEDED in found:
        answer["headers"] |= _RATE_HEADERS
    return answer


def _example(endpoint: Endpoint, kind: ProblemKind) -> Json:
    errors = [FieldError(pointer="/amount", code=kind.code, detail=kind.title)] if kind.status == 422 else []
    document: Json = msgspec.to_builtins(
        ProblemDocument(
            type=f"/docs#{kind.code}",
            title=kind.title,
            status=kind.status,
            detail=kind.title,
            instance=endpoint.path,
            code=kind.code,
            errors=errors,
            request_id="req_a1_7f",
        )
    )
    return document
