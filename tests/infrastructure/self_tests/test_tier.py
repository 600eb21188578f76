"""Says whether the tier of infrastructure/ runs on this machine."""

import pytest


def test_tier_has_what_it_needs_or_names_what_is_missing(missing: str | None, required: bool) -> None:
    if missing and not required:
        pytest.skip(missing)

    assert missing is None, missing
