"""Serves the API's description for programs (`/openapi.json`) and for people (`/docs`, a self-contained page)."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import msgspec

from refunds.runtime.http.endpoint import Answer, Call, Endpoint
from refunds.runtime.http.problems import ProblemTable
from refunds.runtime.schema.openapi import openapi_document

HTML = b"text/html; charset=utf-8"
_PAGE_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    ),
    (b"referrer-policy", b"no-referrer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentationRoutes:
    """Serves the OpenAPI document, the documentation page, and a pointer to both."""

    openapi: bytes
    page: bytes
    pointer: bytes

    @classmethod
    def of(cls, described: Sequence[Endpoint], problems: ProblemTable, public_url: str = "") -> "DocumentationRoutes":
        """Returns the documentation of these routes, which callers reach at `public_url`."""
        document = openapi_document(described, problems, _version(), public_url)
        return cls(openapi=document, page=_page(), pointer=_pointer())

    async def read_pointer(self, _call: Call) -> Answer:
        """Handles GET /."""
        return Answer(body=self.pointer, is_private=False)

    async def read_openapi(self, _call: Call) -> Answer:
        """Handles GET /openapi.json."""
        return Answer(body=self.openapi, is_private=False)

    async def read_page(self, _call: Call) -> Answer:
        """Handles GET /docs."""
        return Answer(body=self.page, media_type=HTML, headers=_PAGE_HEADERS, is_private=False)

    def endpoints(self) -> list[Endpoint]:
        """Returns the routes."""
        return [
            Endpoint(
                method="GET",
                path="/",
                tag="operations",
                summary="Where to go from here",
                handler=self.read_pointer,
                action=None,
            ),
            Endpoint(
                method="GET",
                path="/openapi.json",
                tag="operations",
                summary="This API as an OpenAPI 3.1 document",
                handler=self.read_openapi,
                action=None,
            ),
            Endpoint(
                method="GET",
                path="/docs",
                tag="operations",
                summary="This API for people",
                handler=self.read_page,
                action=None,
                gives=HTML,
            ),
        ]


def _page() -> bytes:
    """Returns the HTML page with the guide. A script in the page adds the content of the OpenAPI document."""
    page = (files(__package__) / "docs.html").read_text(encoding="utf-8")
    guide = (files("refunds.texts.api") / "guide.html").read_text(encoding="utf-8")
    return page.replace("<!--guide-->", guide).encode()


def _pointer() -> bytes:
    links = {"documentation": "/docs", "openapi": "/openapi.json", "api": "/v1", "health": "/health"}
    return msgspec.json.encode({"name": "Brik Refunds", "version": _version(), "links": links})


def _version() -> str:
    try:
        return version("brik-refunds")
    except PackageNotFoundError:
        return "0"
