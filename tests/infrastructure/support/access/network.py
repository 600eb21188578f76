"""Who can open a TCP connection to whom: computed from security groups, network ACLs and routes, as AWS applies them.

Ports are bits of an integer. A connection needs a way out at its source and a way in at its end through security
groups (with memory) and network ACLs (without: answers need ports 1024-65535 the other way), and a route.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from ipaddress import IPv4Network
from itertools import pairwise, product
from operator import and_, or_
from typing import Any

from tests.infrastructure.support.estate import Estate, Resource

Ports = int
ALL: Ports = (1 << 65536) - 1
EPHEMERAL = (1024, 65535)
EPHEMERAL_OF_LINUX = (32768, 60999)


def ports(first: int, last: int) -> Ports:
    """The bits of a range, both ends included."""
    return ((1 << (last - first + 1)) - 1) << first


def ranges(bits: Ports) -> tuple[tuple[int, int], ...]:
    """The ranges of which the bits are made."""
    found, start = [], None
    edges = f"{bits:b}"[::-1] + "0"
    for port, bit in enumerate(edges):
        if bit == "1" and start is None:
            start = port
        elif bit == "0" and start is not None:
            found.append((start, port - 1))
            start = None
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """One subnet, or a piece of the world outside (then without an id)."""

    id: str | None
    cidr: IPv4Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where connections begin or end: tasks, the load balancer, nodes; or something outside."""

    name: str
    subnets: tuple[Subnet, ...]
    groups: frozenset[str] = frozenset()
    prefix_lists: frozenset[str] = frozenset()
    is_public: bool = False

    @property
    def is_outside(self) -> bool:
        """Whether it lies outside of the VPC."""
        return all(subnet.id is None for subnet in self.subnets)


class Network:
    """The network of one environment."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._rules = {
            "in": estate.of("aws_vpc_security_group_ingress_rule"),
            "out": estate.of("aws_vpc_security_group_egress_rule"),
        }
        self._tables = {each["subnet_id"]: each["route_table_id"] for each in estate.of("aws_route_table_association")}
        self._subnets = {each["id"]: IPv4Network(each["cidr_block"]) for each in estate.of("aws_subnet")}
        self._acls = {id_: acl["id"] for acl in estate.of("aws_network_acl") for id_ in acl["subnet_ids"]}
        assert not any(group["ingress"] or group["egress"] for group in _with_inline_rules(estate)), (
            "rules inside groups"
        )

    def subnets(self, ids: Iterable[str]) -> tuple[Subnet, ...]:
        """The subnets by their ids."""
        return tuple(Subnet(id=id_, cidr=self._subnets[id_]) for id_ in ids)

    def open_ports(self, source: Place, end: Place) -> Ports:
        """Ports that some of `source` can reach at some of `end`."""
        return self._over_pairs(source, end, or_, 0)

    def sure_ports(self, source: Place, end: Place) -> Ports:
        """Ports that every part of `source` can reach at every part of `end`."""
        return self._over_pairs(source, end, and_, ALL)

    def _over_pairs(self, source: Place, end: Place, join: Callable[[Ports, Ports], Ports], start: Ports) -> Ports:
        groups = self._through_groups("out", source, end) & self._through_groups("in", end, source)
        if not groups:
            return 0
        pairs = (self._between(a, b, end) for a, b in product(source.subnets, end.subnets))
        return groups & reduce(join, pairs, start)

    def _through_groups(self, direction: str, here: Place, there: Place) -> Ports:
        """What the groups of `here` let through to or from `there`; things outside have no groups."""
        if here.is_outside:
            return ALL
        rules = [rule for rule in self._rules[direction] if rule["security_group_id"] in here.groups]
        return reduce(or_, (_rule_ports(rule.values) for rule in rules if _names(rule.values, there)), 0)

    def _between(self, source: Subnet, end: Subnet, place: Place) -> Ports:
        through = self._way(source, end, place)
        if through is None:
            return 0
        stations = [source, *through, end]
        return reduce(and_, (self._step(a, b, source, end) for a, b in pairwise(stations)), ALL)

    def _step(self, here: Subnet, there: Subnet, source: Subnet, end: Subnet) -> Ports:
        """One hop through the ACLs of both its ends; answers come back by the ports from which questions go out."""
        forth = self._acl(here, egress=True, peer=end.cidr) & self._acl(there, egress=False, peer=source.cidr)
        back = self._acl(there, egress=True, peer=source.cidr) & self._acl(here, egress=False, peer=end.cidr)
        answers = ports(*self._ports_of_questions(here))
        return forth if here == there or back & answers == answers else 0

    def _ports_of_questions(self, subnet: Subnet) -> tuple[int, int]:
        """NAT and load balancers take any; tasks and functions are Linux."""
        if subnet.id is None or self._leads_to_internet_gateway(subnet.id):
            return EPHEMERAL
        return EPHEMERAL_OF_LINUX

    def _acl(self, subnet: Subnet, *, egress: bool, peer: IPv4Network) -> Ports:
        if subnet.id is None:
            return ALL
        rules = [
            rule
            for rule in self._estate.of("aws_network_acl_rule")
            if rule["network_acl_id"] == self._acls[subnet.id] and bool(rule["egress"]) is egress
        ]
        allowed, decided = 0, 0
        for rule in sorted(rules, key=lambda each: each["rule_number"]):
            if IPv4Network(rule["cidr_block"]).overlaps(peer) and rule["protocol"] in ("tcp", "-1", "6"):
                bits = ports(rule["from_port"], rule["to_port"]) & ~decided
                allowed |= bits if rule["rule_action"] == "allow" else 0
                decided |= bits
        return allowed

    def _way(self, source: Subnet, end: Subnet, place: Place) -> list[Subnet] | None:
        """Subnets between (those of NAT), or nothing where no route leads there."""
        if source.id is not None and end.id is not None:
            return []
        if end.id is not None:
            return [] if place.is_public and self._leads_to_internet_gateway(end.id) else None
        assert source.id is not None
        if place.prefix_lists & self._gateway_endpoints(source.id):
            return []
        return self._way_out(source.id, end.cidr)

    def _way_out(self, subnet_id: str, target: IPv4Network) -> list[Subnet] | None:
        for route in self._routes(subnet_id):
            if not target.subnet_of(IPv4Network(route["destination_cidr_block"])):
                continue
            if route.values.get("nat_gateway_id"):
                nat = {each["id"]: each["subnet_id"] for each in self._estate.of("aws_nat_gateway")}
                return list(self.subnets([nat[route["nat_gateway_id"]]]))
            return []
        return None

    def _leads_to_internet_gateway(self, subnet_id: str) -> bool:
        gateways = {each["id"] for each in self._estate.of("aws_internet_gateway")}
        return any(route.values.get("gateway_id") in gateways for route in self._routes(subnet_id))

    def _routes(self, subnet_id: str) -> Iterator[Resource]:
        table = self._tables[subnet_id]
        return (route for route in self._estate.of("aws_route") if route["route_table_id"] == table)

    def _gateway_endpoints(self, subnet_id: str) -> set[str]:
        table = self._tables[subnet_id]
        endpoints = [each for each in self._estate.of("aws_vpc_endpoint") if each["vpc_endpoint_type"] == "Gateway"]
        return {each["prefix_list_id"] for each in endpoints if table in each["route_table_ids"]}


def _with_inline_rules(estate: Estate) -> Iterator[Resource]:
    """Groups whose rules stand inside of them, which this computation would not see."""
    for group in estate.of("aws_security_group"):
        if isinstance(group.values.get("ingress"), list) and isinstance(group.values.get("egress"), list):
            yield group


def _rule_ports(rule: Mapping[str, Any]) -> Ports:
    if rule["ip_protocol"] == "-1":
        return ALL
    return ports(rule["from_port"], rule["to_port"]) if rule["ip_protocol"] == "tcp" else 0


def _names(rule: Mapping[str, Any], place: Place) -> bool:
    """Whether the rule's other side is this place."""
    if rule.get("referenced_security_group_id"):
        return rule["referenced_security_group_id"] in place.groups
    if rule.get("prefix_list_id"):
        return rule["prefix_list_id"] in place.prefix_lists
    return any(IPv4Network(rule["cidr_ipv4"]).overlaps(subnet.cidr) for subnet in place.subnets)
