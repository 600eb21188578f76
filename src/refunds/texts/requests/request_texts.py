"""Contains the texts for requests that the web application refuses, one per subclass of `RequestFact`."""

from collections.abc import Mapping

from refunds.texts.requests.body_texts import BODY_TEXTS
from refunds.texts.requests.caller_texts import CALLER_TEXTS
from refunds.texts.requests.file_texts import FILE_TEXTS
from refunds.texts.requests.header_texts import HEADER_TEXTS
from refunds.texts.requests.limit_texts import LIMIT_TEXTS
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.requests.route_texts import ROUTE_TEXTS
from refunds.texts.text import Text, filled

REQUEST_TEXTS: Mapping[type[RequestFact], Text] = {
    **HEADER_TEXTS,
    **BODY_TEXTS,
    **ROUTE_TEXTS,
    **CALLER_TEXTS,
    **LIMIT_TEXTS,
    **FILE_TEXTS,
}


def detail_of(fact: RequestFact) -> str:
    """Returns the `detail` of the problem that answers the request."""
    return filled(REQUEST_TEXTS[type(fact)], fact)
