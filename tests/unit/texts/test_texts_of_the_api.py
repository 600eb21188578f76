"""The guide says of every problem and every type of event what it means."""

import json
from pathlib import Path

from refunds.domain.payment.events import EventType
from refunds.domain.payment.states import Status
from refunds.domain.settings.reason_codes import REASON_CODES
from refunds.domain.tenancy import Role
from refunds.texts.api.events import EVENT_MEANINGS
from refunds.texts.api.reason_codes import REASON_CODE_TEXTS
from refunds.texts.api.remedies import REMEDIES
from refunds.texts.titles import TITLES

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "src/refunds/texts/api/guide.html").read_text(encoding="utf-8")


def test_every_problem_has_a_cause_and_a_remedy() -> None:
    assert set(REMEDIES) == set(TITLES)


def test_every_type_of_event_has_the_meaning_that_infrastructure_gives_it() -> None:
    meanings = ROOT / "infrastructure/terraform/modules/events/event_types.json"

    assert dict(EVENT_MEANINGS) == json.loads(meanings.read_text(encoding="utf-8"))
    assert set(EVENT_MEANINGS) == {type_.value for type_ in EventType}


def test_every_reason_code_of_the_product_has_a_meaning() -> None:
    assert tuple(REASON_CODE_TEXTS) == REASON_CODES


def test_guide_explains_every_status_role_and_reason_code() -> None:
    missing = [word for word in (*Status, *Role, *REASON_CODES) if f"<code>{word}</code>" not in GUIDE]

    assert missing == []
