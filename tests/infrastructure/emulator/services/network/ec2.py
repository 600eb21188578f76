"""EC2: a security group's rule tells its description also where it names a group or a prefix list."""

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule
from tests.infrastructure.emulator.extend import replaces

_PREFIX_LIST = 7  # its place among the arguments


@replaces(SecurityGroupRule, name="__init__")
def remember(original: Any, self: SecurityGroupRule, *given: Any, **named: Any) -> None:
    original(self, *given, **named)
    prefix_list = named.get("prefix_list_id") or (given[_PREFIX_LIST] if len(given) > _PREFIX_LIST else None)
    self.prefix_list_description = (prefix_list or {}).get("Description")


def _description(self: SecurityGroupRule) -> str | None:
    places = (self.ip_range.get("Description"), self.source_group.get("Description"))
    return next((place for place in places if place), self.prefix_list_description)


SecurityGroupRule.description = property(_description)
