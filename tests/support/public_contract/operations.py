"""Compares the operations of two OpenAPI 3.1 documents. Schemas are compared by `schemas`.

Not compared: prose, examples of values, servers, tags, and `webhooks` of the document (it has none).
"""

import re
from datetime import date

from tests.support.copies import replace
from tests.support.public_contract.findings import Direction, Document, Finding, Findings, may_go
from tests.support.public_contract.schemas import SchemaComparison, resolved

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PROBLEM = "application/problem+json"


def compare_openapi(old: Document, new: Document, today: date) -> Findings:
    """The incompatible changes from `old` to `new`, both whole documents."""
    schemas = SchemaComparison(old=old, new=new, today=today)
    is_now = _operations(new)
    for place, (path, operation) in _operations(old).items():
        if place in is_now:
            yield from _operation(schemas, (path, operation), is_now[place])
        elif not may_go(operation, today):
            yield Finding(where=" ".join(place), kind="operation_removed", detail="the operation is gone")
    yield from _problems(old, new)
    schemes = new.get("components", {}).get("securitySchemes", {})
    for name, scheme in old.get("components", {}).get("securitySchemes", {}).items():
        if _without_prose(scheme) != _without_prose(schemes.get(name, {})):
            yield Finding(where=f"securitySchemes/{name}", kind="security_changed", detail="the scheme changed")


def _operations(document: Document) -> dict[tuple[str, str], tuple[str, Document]]:
    """The operations by method and path, where the names of the path's parameters do not count."""
    found: dict[tuple[str, str], tuple[str, Document]] = {}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                operation: Document = {"security": document.get("security", [])} | item[method]
                operation["parameters"] = [*item.get("parameters", ()), *operation.get("parameters", ())]
                found[method.upper(), re.sub(r"{[^}]*}", "{}", path)] = (path, operation)
    return found


def _operation(schemas: SchemaComparison, old: tuple[str, Document], new: tuple[str, Document]) -> Findings:
    was, now = old[1], new[1]
    where = f"{was.get('operationId', '')} {old[0]}".strip()
    if was.get("operationId") != now.get("operationId"):
        change = f"{was.get('operationId')} became {now.get('operationId')}: generated clients call it by its name"
        yield Finding(where=where, kind="operation_renamed", detail=change)
    asks = replace(schemas, direction=Direction.REQUEST)
    yield from _parameters(asks, where, _parameters_of(schemas.old, *old), _parameters_of(schemas.new, *new))
    yield from _body(asks, where, was.get("requestBody"), now.get("requestBody"))
    yield from _responses(replace(schemas, direction=Direction.RESPONSE), where, was["responses"], now["responses"])
    yield from _security(where, was["security"], now["security"])


def _parameters_of(document: Document, path: str, operation: Document) -> dict[tuple[str, str], Document]:
    """By place and name; those of the path by their position, headers in lower case."""
    positions = re.findall(r"{([^}]*)}", path)
    found: dict[tuple[str, str], Document] = {}
    for parameter in (resolved(document, parameter) for parameter in operation["parameters"]):
        place, name = parameter["in"], parameter["name"]
        key = str(positions.index(name)) if place == "path" else name.lower() if place == "header" else name
        found[place, key] = parameter
    return found


def _parameters(
    schemas: SchemaComparison, where: str, old: dict[tuple[str, str], Document], new: dict[tuple[str, str], Document]
) -> Findings:
    for key, was in old.items():
        place = f"{where} {was['in']} {was['name']}"
        if key not in new:
            if not may_go(was, schemas.today):
                yield Finding(where=place, kind="parameter_removed", detail="the parameter is gone")
            continue
        now = new[key]
        if now.get("required") and not was.get("required"):
            yield Finding(where=place, kind="parameter_required", detail="the parameter must be sent")
        if any(was.get(name) != now.get(name) for name in ("style", "explode", "content")):
            yield Finding(where=place, kind="parameter_form_changed", detail="style, explode or content changed")
        yield from schemas.compare(place, was.get("schema", {}), now.get("schema", {}))
    for key in new.keys() - old.keys():
        if new[key].get("required"):
            place = f"{where} {new[key]['in']} {new[key]['name']}"
            yield Finding(where=place, kind="parameter_required", detail="a new parameter must be sent")


def _body(schemas: SchemaComparison, where: str, old: Document | None, new: Document | None) -> Findings:
    was, now = resolved(schemas.old, old or {}), resolved(schemas.new, new or {})
    place = f"{where} body"
    if now.get("required") and not was.get("required"):
        yield Finding(where=place, kind="body_required", detail="a body must be sent")
    yield from _content(schemas, place, was.get("content", {}), now.get("content", {}))


def _content(schemas: SchemaComparison, where: str, old: Document, new: Document) -> Findings:
    for media_type, was in old.items():
        if media_type in new:
            yield from schemas.compare(
                f"{where} {media_type}", was.get("schema", {}), new[media_type].get("schema", {})
            )
        else:
            yield Finding(where=where, kind=f"{schemas.direction}_media_type_removed", detail=media_type)


def _responses(schemas: SchemaComparison, where: str, old: Document, new: Document) -> Findings:
    for status, described in old.items():
        place = f"{where} {status}"
        if status not in new:
            yield Finding(where=place, kind="status_removed", detail="the status is gone")
            continue
        was, now = resolved(schemas.old, described), resolved(schemas.new, new[status])
        yield from _content(schemas, place, was.get("content", {}), now.get("content", {}))
        yield from _headers(schemas, place, was.get("headers", {}), now.get("headers", {}))
        codes_was, codes_now = (
            response.get("content", {}).get(PROBLEM, {}).get("examples", {}) for response in (was, now)
        )
        for code in codes_was.keys() - codes_now.keys():
            yield Finding(where=place, kind="problem_removed", detail=code)
    for status in new.keys() - old.keys():
        if not status.startswith(("4", "5")):
            yield Finding(where=f"{where} {status}", kind="status_added", detail="a new status without an error")


def _headers(schemas: SchemaComparison, where: str, old: Document, new: Document) -> Findings:
    new = {name.lower(): header for name, header in new.items()}
    for name, header in old.items():
        place = f"{where} header {name}"
        if name.lower() not in new:
            yield Finding(where=place, kind="header_removed", detail="the header is gone")
            continue
        was, now = resolved(schemas.old, header), resolved(schemas.new, new[name.lower()])
        yield from schemas.compare(place, was.get("schema", {}), now.get("schema", {}))


def _security(where: str, old: list[Document], new: list[Document]) -> Findings:
    """Whoever was let in before must be let in still. No alternatives: everybody is let in, as by an empty one."""
    for credentials in old or [{}]:
        if not any(_suffices(credentials, demand) for demand in new or [{}]):
            change = f"{_named(credentials)} is not enough any more"
            yield Finding(where=where, kind="security_changed", detail=change)


def _suffices(credentials: Document, demand: Document) -> bool:
    return all(name in credentials and set(scopes) <= set(credentials[name]) for name, scopes in demand.items())


def _named(credentials: Document) -> str:
    return " and ".join(credentials) or "no token"


def _problems(old: Document, new: Document) -> Findings:
    """The table of all problem codes; a code keeps its status, by which callers act that do not know the code."""
    now = {problem["code"]: problem["status"] for problem in new.get("x-problems", ())}
    for problem in old.get("x-problems", ()):
        place = f"x-problems/{problem['code']}"
        if problem["code"] not in now:
            yield Finding(where=place, kind="problem_removed", detail="the problem is gone")
        elif now[problem["code"]] != problem["status"]:
            change = f"{problem['status']} became {now[problem['code']]}"
            yield Finding(where=place, kind="problem_status_changed", detail=change)


def _without_prose(described: Document) -> Document:
    return {name: value for name, value in described.items() if name != "description"}
