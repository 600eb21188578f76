"""Rights, and the world in which they are asked for: all things of an environment, their policies, and its roles.

The tables of test_rights_of_aws.py are made of `Right`s; a `World` answers whether somebody has one. Nothing here says
who should.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tests.infrastructure.support.access.iam import Request, Role
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.access.resource_policies import (
    Policy,
    bucket_thing,
    key_thing,
    last_word,
    lets,
    policies_on_things,
    refuses,
    role_thing,
)
from tests.infrastructure.support.access.roles import other_role
from tests.infrastructure.support.estate import Estate
from tests.support.copies import replace

ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
OWNER = f"arn:aws:iam::{ACCOUNT}:root"
HOME = f"eu-west-1:{ACCOUNT}"
NAMES_THE_CALLER = ("aws:sourceaccount", "aws:sourcearn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """That `who` (a service of AWS, or `role x`) does something on things, as a page of AWS documents it.

    `at` is the place below the thing. `knowing` are the condition keys that the request brings, in lower case;
    `unbound` is why AWS names no account among them. Texts in braces are facts of a world: {account}, {key audit}.
    """

    page: str
    who: str
    does: tuple[str, ...]
    on: tuple[str, ...]
    at: str = ""
    knowing: Mapping[str, str] = field(default_factory=dict)
    unbound: str = ""

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """Each action with each thing."""
        return {(action, thing) for action in self.does for thing in self.on}

    def known(self, **changed: str) -> "Right":
        """Asked for with other condition keys; an empty one is left out."""
        keys = {name: text for name, text in {**self.knowing, **changed}.items() if text}
        return replace(self, knowing=keys)

    def by(self, who: str) -> "Right":
        """Asked for by somebody else."""
        return replace(self, who=who)

    def of_another_account(self) -> "Right":
        """Asked for by the same service in the name of another account."""
        return replace(self, knowing={name: _foreign(name, text) for name, text in self.knowing.items()})


def right(who: str, does: str, on: str, knowing: Mapping[str, str] | None = None, *, at: str = "") -> Right:
    """With actions parted by blanks and things by commas; of a page that `page` names."""
    return Right(page="", who=who, does=tuple(does.split()), on=tuple(on.split(", ")), at=at, knowing=knowing or {})


def page(title: str, *rights: Right, unbound: str = "") -> tuple[Right, ...]:
    """The rights that a page of AWS's documentation asks for."""
    return tuple(replace(each, page=title, unbound=unbound) for each in rights)


def _foreign(name: str, text: str) -> str:
    other = text.replace("{account}", OTHER_ACCOUNT)
    return f"{text}-of-another" if other == text and name in NAMES_THE_CALLER else other


@dataclass(frozen=True)
class World:
    """One environment, asked by name."""

    estate: Estate

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """Thing → the policy on it."""
        return policies_on_things(self.estate)

    @cached_property
    def things(self) -> Mapping[str, tuple[str, ...]]:
        """Thing → its ARNs: a mocked bucket or role has one by its name and another that the provider made up."""
        return {**self._made(), **self._known_by_name()}

    def allows(self, right: Right) -> bool:
        """Whether `who` may do all of it."""
        return all(self.may(right, *pair) for pair in right.pairs)

    def may(self, right: Right, action: str, thing: str) -> bool:
        """Whether whoever has the right may do an action on a thing, at the right's place and in its moment."""
        context = {name: text.format_map(self._facts) for name, text in right.knowing.items()}
        at = right.at.format_map(self._facts)
        asked = [Request(action=action, resource=f"{arn}{at}", context=context) for arn in self.things[thing]]
        if right.who.startswith("role "):
            return self._role_may(right.who, thing, asked)
        return any(lets(self.policies[thing], right.who, each) for each in asked)

    def _role_may(self, who: str, thing: str, asked: Iterable[Request]) -> bool:
        fences = self._fences[who]
        return all(_may_one(each, asked) for each in fences) and self._thing_agrees(thing, asked)

    def _thing_agrees(self, thing: str, asked: Iterable[Request]) -> bool:
        """A key must let the account use it, where it is asked at all; a bucket must not refuse."""
        policy, actions = self.policies.get(thing), {each.action for each in asked}
        if policy is not None and any(action.startswith("kms:") for action in actions):
            return any(lets(policy, OWNER, each) for each in asked)
        if policy is not None and any(action.startswith("s3:") for action in actions):
            return not any(refuses(policy, OWNER, each) for each in asked)
        return True

    @cached_property
    def _fences(self) -> Mapping[str, tuple[Role, ...]]:
        """Role → its policies, and its boundary where it has one: each by itself, as a mocked thing has two names."""
        return {role_thing(each): self._fences_of(role_thing(each)) for each in self.estate.of("aws_iam_role")}

    def _fences_of(self, who: str) -> tuple[Role, ...]:
        name, *keys = who.removeprefix("role ").split(" of ")
        role = other_role(self.estate, name, *keys)
        boundary = () if role.boundary is None else (Role(policies=(role.boundary,)),)
        return (Role(policies=role.policies), *boundary)

    def all_of(self, right: Right) -> Iterable[str]:
        """The things that a right is on; where it is on anything, every thing."""
        return self.things if "anything" in right.on else right.on

    @cached_property
    def name(self) -> str:
        """Of the environment, with which all its things begin."""
        return str(self.estate.one("aws_ecs_cluster")["name"])

    @cached_property
    def _facts(self) -> Mapping[str, str]:
        facts = {"account": ACCOUNT, "name": self.name, "trail": self.estate.one("aws_cloudtrail")["name"]}
        facts |= {f"rule {each.name}": each["arn"] for each in self.estate.of("aws_cloudwatch_event_rule")}
        facts |= {"bus": self.estate.one("aws_cloudwatch_event_bus")["arn"]}
        facts |= {"log stream": self.estate.one("aws_cloudwatch_log_stream")["name"]}
        facts |= {"pool": self.estate.one("aws_cognito_user_pool")["arn"]}
        return facts | {name: arns[0] for name, arns in self.things.items()}

    def _made(self) -> Mapping[str, tuple[str, ...]]:
        of = self.estate.of
        found = {bucket_thing(each): (f"arn:aws:s3:::{each['bucket']}", each["arn"]) for each in of("aws_s3_bucket")}
        found |= {key_thing(each): (each["arn"],) for each in (*of("aws_kms_key"), *of("aws_kms_replica_key"))}
        found |= {f"topic {last_word(each)}": (each["arn"],) for each in of("aws_sns_topic")}
        for each in of("aws_sqs_queue"):
            found[f"queue {last_word(each)}{'-dead' if each.name == 'dead' else ''}"] = (each["arn"],)
        found |= {f"function {each.name}": (each["arn"],) for each in of("aws_lambda_function")}
        found |= {f"secret {last_word(each)}": (each["arn"],) for each in of("aws_secretsmanager_secret")}
        return found | {
            role_thing(each): (each["arn"], f"arn:aws:iam::{ACCOUNT}:role/{each['name']}")
            for each in of("aws_iam_role")
        }

    def _known_by_name(self) -> Mapping[str, tuple[str, ...]]:
        canary = self.estate.one("aws_synthetics_canary")["name"]
        cache = self.estate.one("aws_elasticache_replication_group")["replication_group_id"]
        found = {
            "anything": ("*",),
            "stream": (self.estate.one("aws_kinesis_firehose_delivery_stream")["arn"],),
            "cache": (f"arn:aws:elasticache:{HOME}:replicationgroup:{cache}",),
            "log events": (self.estate.of("aws_cloudwatch_log_group")[0]["arn"],),
            "log of canary": (f"arn:aws:logs:{HOME}:log-group:/aws/lambda/cwsyn-{canary}-1:log-stream:x",),
        }
        for service in SERVICES:
            full = f"{self.name}-{service}"
            found[f"service {service}"] = (f"arn:aws:ecs:{HOME}:service/{self.name}/{full}",)
            found[f"task set of {service}"] = (f"arn:aws:ecs:{HOME}:task-set/{self.name}/{full}/ecs-svc/1",)
            found[f"alarm of {service}"] = (f"arn:aws:cloudwatch:{HOME}:alarm:{full}-errors",)
            found[f"image of {service}"] = (f"arn:aws:ecr:{HOME}:repository/{self.name}/{service}",)
        found["listener rules"] = (self.estate.of("aws_lb_listener_rule")[0]["arn"],)
        return found


def _may_one(role: Role, asked: Iterable[Request]) -> bool:
    return any(role.may(each) for each in asked)
