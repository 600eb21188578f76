"""What AWS's own services need here and what they may not: each right a simulated request with the keys that AWS sends.

`BY_ITSELF` are services of AWS that the policy of a thing lets in, `BY_A_ROLE` those that take a role. Each is asked
for as the named page of AWS's documentation says that it is needed; what is in neither table must be refused. What the
product's own programs may do is in test_iam_simulation.py.
"""

from itertools import product

import pytest
from tests.infrastructure.environments.access.rights_tables import (
    ASSUME,
    ATTACHED,
    BY_A_ROLE,
    BY_ITSELF,
    ENCRYPT_LOGS,
    EVENTS,
    HOLDING,
    STRANGERS,
    TEMPTING,
    by,
    of_logs,
)
from tests.infrastructure.support.access.resource_policies import services_let_in
from tests.infrastructure.support.access.rights import Right, World, right
from tests.infrastructure.support.access.roles import attached
from tests.infrastructure.support.estate import Estate


@pytest.fixture(scope="module")
def world(estate: Estate) -> World:
    """The environment, to be asked."""
    return World(estate)


def named(each: Right) -> str:
    """A row of the tables, for whoever reads a failure."""
    return f"{each.who} {'+'.join(each.does)} {each.on[0]}{each.at}"


@pytest.mark.parametrize("asked", [*BY_ITSELF, *BY_A_ROLE], ids=named)
def test_service_of_aws_may_do_what_it_needs(world: World, asked: Right) -> None:
    missing = {pair for pair in asked.pairs if not world.may(asked, *pair)}

    assert missing == set(), asked.page


@pytest.mark.parametrize("asked", [each for each in BY_ITSELF if not each.unbound], ids=named)
def test_service_of_aws_may_not_in_the_name_of_another_account(world: World, asked: Right) -> None:
    foreign = asked.of_another_account()

    assert {pair for pair in asked.pairs if world.may(foreign, *pair)} == set()


@pytest.mark.parametrize("asked", [each for each in BY_ITSELF if each.unbound], ids=named)
def test_right_without_a_bound_names_why_and_claims_no_source(asked: Right) -> None:
    assert asked.unbound
    assert asked.knowing == {}


@pytest.mark.parametrize(
    ("asked", "key"),
    [(each, key) for each in (*BY_ITSELF, *BY_A_ROLE) for key in HOLDING if key in each.knowing],
    ids=lambda value: named(value) if isinstance(value, Right) else value,
)
def test_right_is_checked_for_what_the_request_is_about(world: World, asked: Right, key: str) -> None:
    for other in (asked.known(**{key: ""}), asked.known(**{key: "private"})):
        assert {pair for pair in asked.pairs if world.may(other, *pair)} == set()


def test_strangers_may_do_nothing_of_it(world: World) -> None:
    asked = [each.by(who) for each in BY_ITSELF for who in STRANGERS]

    assert [(each.who, each.does, each.on) for each in asked for pair in each.pairs if world.may(each, *pair)] == []


def test_things_let_in_the_services_of_the_table_and_no_others(world: World) -> None:
    wanted = {(thing, each.who) for each in BY_ITSELF for thing in each.on}

    found = {(thing, name) for thing, policy in world.policies.items() for name in services_let_in(policy)}

    assert found == wanted


def test_services_of_aws_may_do_nothing_more_with_a_thing(world: World) -> None:
    actions = sorted({action for each in BY_ITSELF for action in each.does} | set(TEMPTING))
    wanted = {(each.who, *pair) for each in BY_ITSELF for pair in each.pairs}

    found = {
        (each.who, action, thing)
        for each in BY_ITSELF
        for action, thing in product(actions, each.on)
        if world.may(each, action, thing)
    }

    assert found == wanted


@pytest.mark.parametrize("who", sorted({each.who for each in BY_A_ROLE}))
def test_role_may_do_nothing_more(world: World, who: str) -> None:
    own = [each for each in BY_A_ROLE if each.who == who]
    shared = "iam:PassRole"  # all mocked roles have one ARN
    actions = sorted({action for each in BY_A_ROLE for action in each.does if action != shared} | set(TEMPTING))
    wanted = {(action, thing) for each in own for action in each.does for thing in world.all_of(each)}

    moments = {(each.at, *each.knowing.items()): each for each in own}.values()
    found = {
        (action, thing)
        for each in moments
        for action, thing in product(actions, world.things)
        if world.may(each, action, thing)
    }

    assert found == {(action, thing) for action, thing in wanted if action != shared}


def test_every_role_that_a_service_of_aws_takes_is_in_a_table(world: World) -> None:
    taken = {thing for each in BY_ITSELF if each.does == (ASSUME,) for thing in each.on}
    told = {each.who for each in BY_A_ROLE} | {f"role {name}" for name in ATTACHED}

    assert {role for role in taken - told if not role.startswith("role task of")} == set()


@pytest.mark.parametrize("name", ATTACHED)
def test_role_has_the_policies_that_aws_keeps_for_it(estate: Estate, name: str) -> None:
    assert attached(estate, name) == {f"arn:aws:iam::aws:policy/{each}" for each in ATTACHED[name]}


def test_every_log_group_may_be_encrypted_under_its_key(world: World) -> None:
    regions = {"key logs": "eu-west-1", "key data": "eu-west-1", "key global": "us-east-1"}
    keys = {arns[0]: thing for thing, arns in world.things.items() if "key " in thing}

    barred = []
    for group in world.estate.of("aws_cloudwatch_log_group"):
        key = keys[group["kms_key_id"]]
        asked = right(f"logs.{regions[key]}.amazonaws.com", ENCRYPT_LOGS, key, of_logs(regions[key], group["name"]))
        barred += [] if world.allows(asked) else [(group.address, key)]

    assert barred == []


def test_every_rule_may_send_what_it_could_not_deliver(world: World) -> None:
    rules = {each["name"]: each["arn"] for each in world.estate.of("aws_cloudwatch_event_rule")}
    sent = [each for each in world.estate.of("aws_cloudwatch_event_target") if each["dead_letter_config"]]

    barred = [
        each.address
        for each in sent
        if not world.allows(
            right(EVENTS, "sqs:SendMessage", "queue undelivered", {"aws:sourcearn": rules[each["rule"]]})
        )
    ]

    assert len(sent) == 2
    assert barred == []


def test_every_bucket_may_deliver_its_access_logs(world: World) -> None:
    barred = []
    for each in world.estate.of("aws_s3_bucket_logging"):
        place = "copy of " if each.name == "replica" else ""
        at, source = f"/{each['target_prefix']}x", f"arn:aws:s3:::{{name}}-{each.keys[-1]}-{{account}}"
        asked = right("logging.s3.amazonaws.com", "s3:PutObject", f"{place}bucket access-logs", by(source), at=at)
        barred += [] if world.allows(asked) else [each.address]

    assert barred == []
