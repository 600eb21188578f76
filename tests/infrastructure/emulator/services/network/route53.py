"""Route 53: the ids of hosted zones begin with a Z, as the real ones do."""

from moto.moto_api._internal import mock_random
from moto.route53 import models


def create_route53_zone_id(*_: object, **__: object) -> str:
    return f"Z{mock_random.get_random_string(length=20, lower_case=True).upper()}"


models.create_route53_zone_id = create_route53_zone_id
