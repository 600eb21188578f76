"""Who can open a connection to whom, in every environment: exactly the arrows of the house.

The arrows to the database are in terraform/third_party/atlas, which adds them to the services' groups.
"""

import json
from itertools import permutations

from tests.infrastructure.support.access.network import Network, ranges
from tests.infrastructure.support.access.places import OUTSIDE_OF_THE_VPC, SERVICES, places_of
from tests.infrastructure.support.estate import Estate

TLS = ((443, 443),)
SERVICE = ((8080, 8080),)
CACHE = ((6379, 6379),)

ARROWS = {
    ("cloudfront", "load balancer"): TLS,
    ("load balancer", "api"): SERVICE,
    ("load balancer", "gateway-integration"): SERVICE,
    ("load balancer", "parameter-resolution"): SERVICE,
    **{(service, "cache"): CACHE for service in SERVICES},
    **{(service, "endpoints"): TLS for service in SERVICES},
    **{(service, "s3"): TLS for service in SERVICES},
    ("rotation", "cache"): CACHE,  # the function that changes the cache's token
    ("rotation", "endpoints"): TLS,
    ("gateway-integration", "internet"): TLS,
    ("gateway-integration", "cloudfront"): TLS,  # a part of the Internet
}


def test_connections_are_exactly_the_arrows_of_the_house(estate: Estate) -> None:
    network = Network(estate)
    places = places_of(estate, network)

    found = {
        (source, end): ranges(network.open_ports(places[source], places[end]))
        for source, end in permutations(places, 2)
        if not (places[source].is_outside and places[end].is_outside)
    }

    assert {pair: open_ for pair, open_ in found.items() if open_} == ARROWS


def test_every_arrow_holds_from_and_to_every_zone(estate: Estate) -> None:
    network = Network(estate)
    places = places_of(estate, network)

    sure = {
        (source, end): ranges(network.sure_ports(places[source], places[end]))
        for source, end in ARROWS
        if source != "cloudfront" and end != "cloudfront"
    }

    assert sure == {pair: open_ for pair, open_ in ARROWS.items() if "cloudfront" not in pair}


def test_only_gateway_integration_has_a_route_that_leaves(estate: Estate) -> None:
    private = set(estate.outputs["subnet_ids"]["private"])

    in_private = {
        service
        for service in SERVICES
        if private & set(estate.one("aws_ecs_service", service)["network_configuration"][0]["subnets"])
    }

    assert in_private == {"gateway-integration"}


def test_no_task_has_a_public_address(estate: Estate) -> None:
    services = estate.of("aws_ecs_service")

    assert [each["network_configuration"][0]["assign_public_ip"] for each in services] == [False] * 5


def test_what_runs_outside_of_the_vpc_may_only_keep_its_log(estate: Estate) -> None:
    outside = {each.name for each in estate.of("aws_lambda_function") if not each["vpc_config"]}
    policies = [each for each in estate.of("aws_iam_role_policy") if each.name in outside]
    statements = [statement for each in policies for statement in json.loads(each["policy"])["Statement"]]
    roles = {each["name"] for each in estate.of("aws_iam_role") if each.name in outside}

    assert outside == OUTSIDE_OF_THE_VPC.keys()
    assert {each.name for each in policies} == outside
    assert len(roles) == len(outside)
    assert not [each.address for each in estate.of("aws_iam_role_policy_attachment") if each["role"] in roles]
    assert {action.partition(":")[0] for each in statements for action in each["Action"]} == {"logs", "xray"}
