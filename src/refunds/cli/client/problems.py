"""Formats the API's problem documents (RFC 9457) as one line for a person."""

import msgspec

from refunds.texts import command_facts as facts
from refunds.texts import command_texts as commands

SERVER_ERROR = 500


class FieldProblem(msgspec.Struct):
    """One invalid field in a problem document."""

    pointer: str = ""
    code: str = ""
    detail: str = ""


class ProblemOut(msgspec.Struct):
    """A problem document of the API."""

    title: str = ""
    detail: str = ""
    code: str = ""
    errors: tuple[FieldProblem, ...] = ()
    request_id: str = ""


def problem_in(body: bytes) -> ProblemOut:
    """Returns the problem in a response body, or an empty problem if the body contains none."""
    try:
        return msgspec.json.decode(body, type=ProblemOut)
    except msgspec.DecodeError:
        return ProblemOut()


def line_of(status: int, body: bytes) -> str:
    """Returns one line that names the problem and its field, and then the status and code in parentheses."""
    problem = problem_in(body)
    parts = [_field(error) for error in problem.errors] or [problem.detail or problem.title]
    sentence = "; ".join(part for part in parts if part)
    if not sentence:
        return commands.line_of(facts.AnswerUnexplained(status=status))
    if status >= SERVER_ERROR and problem.request_id:
        return f"{sentence} ({status} {problem.code}, request {problem.request_id})"
    return f"{sentence} ({status} {problem.code})" if problem.code else f"{sentence} ({status})"


def _field(error: FieldProblem) -> str:
    detail = error.detail or error.code
    return f"{error.pointer}: {detail}" if error.pointer and not detail.startswith(error.pointer) else detail
