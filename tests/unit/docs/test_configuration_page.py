"""docs/configuration.md names every variable that a process reads, as the code has it."""

import re
import subprocess

import pytest
from tests.support.pages.configuration import (
    GROUPS,
    PAGE,
    ROOT,
    Group,
    configuration_page,
    meanings,
    readers,
    variables,
)

from refunds_embedded.sandbox.config import PREFIX as OF_SANDBOX

NO_SETTINGS = {
    "REFUNDS_LAUNCHER_FOLDER",  # the launcher's mark on its processes
    "REFUNDS_BATCH_MAX",  # an example of kit/config.py
    "REFUNDS_BYTES_MAX",  # constants in Python
    "REFUNDS_MAX",
}


def test_page_is_what_the_settings_define() -> None:
    assert PAGE.read_text(encoding="utf-8") == configuration_page(), "run scripts/configuration_page"


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.shape.__name__)
def test_every_setting_has_a_meaning(group: Group) -> None:
    said = meanings(group)

    assert [name for name in group.shape.__dataclass_fields__ if not said.get(name, "").endswith(".")] == []


def test_every_variable_in_the_product_is_on_the_page() -> None:
    places = ("src", "embedded", "infrastructure", "docs/*.md", "README.md")
    found = subprocess.run(
        ["git", "grep", "-hoE", r"\bREFUNDS_[A-Z0-9_]*[A-Z0-9]\b", "--", *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    named = {name for name in found.stdout.split() if not re.match(f"{OF_SANDBOX}.+", name)}

    assert sorted(named - variables() - NO_SETTINGS) == []


@pytest.mark.parametrize(
    ("setting", "services"),
    [
        ("port", "all"),
        ("review_at_once", "api"),
        ("sandbox_key_lifetime_s", "api, gateway-integration"),
        ("sample", "gateway-integration, parameter-resolution"),
        ("anchor_every_s", "reporting-engine"),
        ("aws_region", "all"),
        ("public_url", "all"),
    ],
)
def test_readers_of_a_setting_are_found_in_the_code(setting: str, services: str) -> None:
    assert readers(setting) == services


def test_unit_of_a_setting_follows_from_its_name() -> None:
    rows = dict(
        re.findall(r"^\| `(REFUNDS_\w+)` \| [^|]+ \| [^|]* \| (\w*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert rows["REFUNDS_DRAIN_S"] == "seconds"
    assert rows["REFUNDS_BODY_BYTES_HELD_MAX"] == "bytes"
    assert rows["REFUNDS_LAUNCHER_MONGODB_CACHE_GB"] == "GiB"
    assert rows["REFUNDS_SANDBOX_WEBHOOK_SECRET"] == ""
