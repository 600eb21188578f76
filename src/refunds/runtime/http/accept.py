"""Checks whether a caller accepts the media type of an answer.

The header is `Accept` (RFC 9110, 12.5.1). The web calls this module.
"""

from refunds.runtime.http.problems import NOT_ACCEPTABLE, PROBLEM_JSON, problem
from refunds.texts.requests.header_facts import AnswerTypeRefused

ANYTHING = b"*/*"
_JSON = b"application/json"
_MOST_SENT = frozenset({b"", ANYTHING, _JSON, b"application/json, text/plain, */*"})
_ALWAYS_TAKEN = frozenset({ANYTHING, b"*", b"application/*", _JSON, PROBLEM_JSON})


def check_accept(accept: bytes, gives: bytes) -> None:
    """Raises a problem 406 if the caller accepts neither JSON nor `gives`.

    `gives` is the media type of the route's answer. Only the parameter `q=0` matters. Other parameters and the order of
    media types are ignored, because a route has only one media type.
    """
    if accept in _MOST_SENT:
        return
    for part in accept.lower().split(b","):
        media_type, *parameters = (text.strip(b" \t") for text in part.split(b";"))
        if (media_type in _ALWAYS_TAKEN or media_type == gives) and not any(map(_is_zero, parameters)):
            return
    raise problem(NOT_ACCEPTABLE, AnswerTypeRefused(given=gives.decode()))


def _is_zero(parameter: bytes) -> bool:
    name, _, value = parameter.partition(b"=")
    return name == b"q" and value in {b"0", b"0.", b"0.0", b"0.00", b"0.000"}
