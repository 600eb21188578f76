"""Contains the texts for paths, methods and queries that are refused."""

from collections.abc import Mapping

from refunds.texts.requests import route_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

ROUTE_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.QueryMalformed: Text(
        "The query is malformed.",
        "The query contains too many parameters, or characters that are not allowed in a URL.",
        "Send parameters as name=value, percent-encoded, with & between them.",
    ),
    facts.ParameterRepeated: Text(
        "The query has the same parameter twice.",
        "The service cannot know which of the two values you mean.",
        "Send each parameter once.",
    ),
    facts.QueryNotTaken: Text(
        "This route accepts no query parameters.",
        "The service would have to ignore the parameters that you sent.",
        "Leave the query out.",
    ),
    facts.RouteUnknown: Text(
        "This service has no route with this path.",
        "The path is misspelt, or it belongs to another service.",
        "Use a path that /docs lists.",
    ),
    facts.MethodUnknown: Text(
        "This route does not accept this method.",
        "/docs lists the methods that each path accepts.",
        "Use one of these methods: {allowed}.",
    ),
}
