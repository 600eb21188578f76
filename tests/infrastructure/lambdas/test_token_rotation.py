"""The cache's token is changed in four steps, each of which may come twice, and every service learns of it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from zipfile import ZipFile

import pytest
from tests.infrastructure.lambdas.lambda_source import load
from tests.infrastructure.third_party.third_party_source import ROOT

ROTATION = ROOT / "infrastructure/terraform/modules/secrets/rotation"
SOURCE = ROTATION / "python"
rotation = load(SOURCE, "rotation")
cache_module = load(SOURCE, "cache")

TOKEN = rotation.Request(secret_id="redis-token", version_id="new")
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
SERVICES = ("api", "request-manager")
PAUSES_MAX = 5


@dataclass(kw_only=True)
class Store:
    """Secrets in memory, with a rotation to the version "new" announced."""

    texts: dict[str, str] = field(
        default_factory=lambda: {"api": '{"mongodb_uri": "mongodb://m"}', "request-manager": "{}"}
    )
    token_stages: dict[str, list[str]] = field(default_factory=lambda: {"old": ["AWSCURRENT"], "new": ["AWSPENDING"]})
    token_text: str | None = None
    drawn: int = 0
    written: list[str] = field(default_factory=list)

    def stages(self, secret_id: str) -> dict[str, list[str]]:
        return self.token_stages

    def current(self, secret_id: str) -> str:
        return self.texts[secret_id]

    def pending(self, secret_id: str, version_id: str) -> str | None:
        return self.token_text

    def new_token(self) -> str:
        self.drawn += 1
        return f"token{self.drawn}"

    def write_pending(self, secret_id: str, version_id: str, text: str) -> None:
        self.token_text = text

    def write(self, secret_id: str, text: str) -> None:
        self.written.append(secret_id)
        self.texts[secret_id] = text

    def make_current(self, secret_id: str, version_id: str) -> None:
        self.token_stages = {"old": ["AWSPREVIOUS"], version_id: ["AWSCURRENT", "AWSPENDING"]}


@dataclass(kw_only=True)
class SlowCache:
    """Knows a token only after having been asked `looks` times."""

    looks: int = 0
    tokens: list[str] = field(default_factory=lambda: ["old"])
    learned: int = 0

    def address(self) -> object:
        return cache_module.Address(host="cache.internal", port=6379)

    def learn(self, token: str) -> None:
        self.learned += 1
        self.tokens = [self.tokens[-1], token]

    def knows(self, token: str) -> bool:
        if token in self.tokens and self.looks:
            self.looks -= 1
            return False
        return token in self.tokens


Rotate = Callable[[str], None]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def cache() -> SlowCache:
    return SlowCache()


@pytest.fixture
def rotate(store: Store, cache: SlowCache) -> Rotate:
    def step(name: str) -> None:
        pauses = iter([None] * PAUSES_MAX)
        made = rotation.Rotation(store=store, cache=cache, pauses=pauses, service_secret_ids=SERVICES)
        made.run(name, TOKEN)

    return step


def test_after_four_steps_the_new_token_is_current_and_known(store: Store, cache: SlowCache, rotate: Rotate) -> None:
    for step in STEPS:
        rotate(step)

    assert "AWSCURRENT" in store.token_stages["new"]
    assert cache.tokens == ["old", "token1"]


def test_services_learn_the_new_address_and_keep_their_other_settings(store: Store, rotate: Rotate) -> None:
    for step in STEPS:
        rotate(step)

    redis_uri = "rediss://:token1@cache.internal:6379"
    assert json.loads(store.texts["api"]) == {"mongodb_uri": "mongodb://m", "redis_uri": redis_uri}
    assert json.loads(store.texts["request-manager"]) == {"redis_uri": redis_uri}


def test_each_step_may_come_twice(store: Store, cache: SlowCache, rotate: Rotate) -> None:
    for step in STEPS:
        rotate(step)
        rotate(step)

    assert store.drawn == 1
    assert cache.learned == 1
    assert sorted(store.written) == ["api", "request-manager"]


def test_finishing_that_broke_off_between_services_is_finished(store: Store, rotate: Rotate) -> None:
    for step in STEPS[:3]:
        rotate(step)
    store.texts["api"] = json.dumps({"redis_uri": "rediss://:token1@cache.internal:6379"})

    rotate("finishSecret")

    assert store.written == ["request-manager"]


def test_it_waits_until_a_slow_cache_has_learned(store: Store, cache: SlowCache, rotate: Rotate) -> None:
    cache.looks = PAUSES_MAX - 1
    rotate("createSecret")

    rotate("setSecret")

    assert cache.knows("token1")


def test_a_cache_that_never_learns_fails_the_rotation(cache: SlowCache, rotate: Rotate) -> None:
    cache.looks = 1000
    rotate("createSecret")

    with pytest.raises(rotation.TokenNotKnown):
        rotate("setSecret")


def test_a_token_that_the_cache_refuses_does_not_become_current(store: Store, rotate: Rotate) -> None:
    rotate("createSecret")

    with pytest.raises(rotation.TokenNotKnown):
        rotate("testSecret")

    assert "AWSCURRENT" in store.token_stages["old"]


def test_a_step_before_the_token_was_drawn_is_refused(rotate: Rotate) -> None:
    with pytest.raises(rotation.TokenNotWritten):
        rotate("setSecret")


def test_a_version_that_was_not_announced_is_refused(store: Store, rotate: Rotate) -> None:
    store.token_stages = {"old": ["AWSCURRENT"]}

    with pytest.raises(rotation.VersionNotAnnounced):
        rotate("createSecret")


def test_the_package_is_the_source() -> None:
    with ZipFile(ROTATION / "rotation.zip") as package:
        packed = {name: package.read(name) for name in package.namelist()}

    assert packed == {path.name: path.read_bytes() for path in SOURCE.glob("*.py")}


def test_lambda_ends_the_function_after_its_last_look_at_the_cache() -> None:
    waiting = load(SOURCE, "waiting")
    terraform = (ROTATION.parent / "rotation_function.tf").read_text()
    timeout_s = int(re.findall(r"timeout += (\d+)", terraform)[0])

    assert timeout_s >= waiting.PAUSES_MAX * waiting.PAUSE_S + 60
