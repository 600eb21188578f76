"""The places of an environment's network: what runs in it, and the world around it."""

from ipaddress import IPv4Network

from tests.infrastructure.support.access.network import Network, Place, Subnet
from tests.infrastructure.support.estate import Estate

SERVICES = ("api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine")

OUTSIDE_OF_THE_VPC = {"claims": "Cognito calls it; it connects to nothing, and has rights to its own log alone"}
"""Functions, by their name in Terraform, that have no place in the network, each with its reason."""


def places_of(estate: Estate, network: Network) -> dict[str, Place]:
    """By name: the services, the load balancer, the cache, the endpoints; CloudFront, S3, and the Internet."""
    inside = [*_services(estate, network), _load_balancer(estate, network), _cache(estate, network)]
    inside += [_endpoints(estate, network), *_functions(estate, network)]
    return {place.name: place for place in [*inside, *_outside(estate)]}


def _services(estate: Estate, network: Network) -> list[Place]:
    places = []
    for service in SERVICES:
        where = estate.one("aws_ecs_service", service)["network_configuration"][0]
        groups = frozenset(where["security_groups"])
        places.append(Place(name=service, subnets=network.subnets(where["subnets"]), groups=groups))
    return places


def _load_balancer(estate: Estate, network: Network) -> Place:
    it = estate.one("aws_lb")
    groups = frozenset(it["security_groups"])
    subnets = network.subnets(it["subnets"])
    return Place(name="load balancer", subnets=subnets, groups=groups, is_public=not it["internal"])


def _cache(estate: Estate, network: Network) -> Place:
    groups = frozenset(estate.one("aws_elasticache_replication_group")["security_group_ids"])
    return Place(
        name="cache", subnets=network.subnets(estate.one("aws_elasticache_subnet_group")["subnet_ids"]), groups=groups
    )


def _endpoints(estate: Estate, network: Network) -> Place:
    doors = [each for each in estate.of("aws_vpc_endpoint") if each["vpc_endpoint_type"] == "Interface"]
    subnets = sorted({id_ for door in doors for id_ in door["subnet_ids"]})
    groups = frozenset(id_ for door in doors for id_ in door["security_group_ids"])
    return Place(name="endpoints", subnets=network.subnets(subnets), groups=groups)


def _functions(estate: Estate, network: Network) -> list[Place]:
    """Functions that run inside the VPC, by their handler's file: rotation of the cache's token."""
    places = []
    for each in estate.of("aws_lambda_function"):
        if each.name in OUTSIDE_OF_THE_VPC and not each["vpc_config"]:
            continue
        assert each["vpc_config"], f"{each.address} runs outside of the VPC"
        where = each["vpc_config"][0]
        groups = frozenset(where["security_group_ids"])
        places.append(Place(name=each.name, subnets=network.subnets(where["subnet_ids"]), groups=groups))
    return places


def _outside(estate: Estate) -> list[Place]:
    cloudfront = estate.one("aws_ec2_managed_prefix_list", mode="data")["id"]
    gateways = [each for each in estate.of("aws_vpc_endpoint") if each["vpc_endpoint_type"] == "Gateway"]
    s3 = frozenset(each["prefix_list_id"] for each in gateways)
    return [
        Place(name="cloudfront", subnets=(_range("192.0.2.0/24"),), prefix_lists=frozenset({cloudfront})),
        Place(name="s3", subnets=(_range("198.51.100.0/24"),), prefix_lists=s3),
        Place(name="internet", subnets=(_range("203.0.113.0/24"),)),
    ]


def _range(cidr: str) -> Subnet:
    """A range kept for examples (RFC 5737) stands for addresses outside."""
    return Subnet(id=None, cidr=IPv4Network(cidr))
