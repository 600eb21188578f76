"""The texts of refusals for paths, methods and queries."""

from collections.abc import Mapping

from refunds.texts.requests import route_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

ROUTE_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.QueryMalformed: Text(
        "The query is not well formed.",
        "It has other characters than a URL may have, or too many parameters.",
        "Send name=value, percent-encoded, with & between.",
    ),
    facts.ParameterRepeated: Text(
        "A query parameter is given twice.",
        "It is not known which of its values is meant.",
        "Give each parameter once.",
    ),
    facts.QueryNotTaken: Text(
        "This route takes no query parameters.",
        "A parameter that is not known would be ignored.",
        "Leave the query out.",
    ),
    facts.RouteUnknown: Text(
        "No route of this service has this path.",
        "The path is misspelt, or it belongs to another service.",
        "Take the path from /docs.",
    ),
    facts.MethodUnknown: Text(
        "This route does not take this method.",
        "A path takes the methods that /docs lists for it.",
        "Use one of: {allowed}.",
    ),
}
