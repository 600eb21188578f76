"""Problem documents (RFC 9457) of the API as one line for a person, with field and rule."""

import msgspec


class FieldProblem(msgspec.Struct):
    """One invalid field."""

    pointer: str = ""
    code: str = ""
    detail: str = ""


class ProblemOut(msgspec.Struct):
    """The API's problem document."""

    title: str = ""
    detail: str = ""
    code: str = ""
    errors: tuple[FieldProblem, ...] = ()
    request_id: str = ""


def problem_in(body: bytes) -> ProblemOut:
    """The problem in a body; an empty one if there is none."""
    try:
        return msgspec.json.decode(body, type=ProblemOut)
    except msgspec.DecodeError:
        return ProblemOut()


def line_of(status: int, body: bytes) -> str:
    """One line: the status, the code, what is wrong and where."""
    problem = problem_in(body)
    head = f"{status} {problem.code or 'unexpected answer'}"
    parts = [_field(error) for error in problem.errors] or [problem.detail or problem.title]
    line = f"{head}: {'; '.join(part for part in parts if part) or 'no reason was given'}"
    return f"{line} (request {problem.request_id})" if status >= 500 else line


def _field(error: FieldProblem) -> str:
    detail = error.detail or error.code
    return f"{error.pointer}: {detail}" if error.pointer and not detail.startswith(error.pointer) else detail
