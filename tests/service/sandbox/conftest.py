"""A sandbox gateway for each module, and a payment and an attempt for each test."""

from collections.abc import Iterator
from itertools import count

import pytest
from tests.service.gateway.sandbox_process import Sandbox, WebhookReceiver, running, webhooks_to, with_webhooks

_numbers = count(1)


@pytest.fixture(scope="module")
def receiver() -> Iterator[WebhookReceiver]:
    """Where the module's sandbox sends its webhooks."""
    with webhooks_to() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, receiver: WebhookReceiver) -> Iterator[Sandbox]:
    """One sandbox for the module: every test takes a payment and a reference of its own."""
    with running(tmp_path_factory.mktemp("books"), **with_webhooks(receiver)) as sandbox:
        yield sandbox


@pytest.fixture
def payment() -> str:
    """A gateway payment of this test."""
    return f"gp_{next(_numbers)}"


@pytest.fixture
def reference(payment: str) -> str:
    """An attempt of this test."""
    return f"att_{payment}"
