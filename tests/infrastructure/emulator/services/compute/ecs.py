"""ECS: a service remembers what moto leaves out of it, so that an unchanged one shows no drift; cluster settings."""

from moto.core.responses import ActionResult
from moto.ecs.models import Service
from moto.ecs.responses import EC2ContainerServiceResponse
from tests.infrastructure.emulator.extend import adds, given, replaces

# Request and answer call these the same.
_REMEMBERED = {
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
    "capacityProviderStrategy": "capacity_provider_strategy",
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "enableExecuteCommand": "enable_execute_command",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
    "networkConfiguration": "network_configuration",
    "placementConstraints": "placement_constraints",
    "placementStrategy": "placement_strategy",
    "platformVersion": "platform_version",
    "serviceRegistries": "service_registries",
    "loadBalancers": "load_balancers",
}


def _remember(service: Service, request: dict) -> None:
    for name, attribute in _REMEMBERED.items():
        if request.get(name) is not None:
            setattr(service, attribute, request[name])


@replaces(EC2ContainerServiceResponse)
def create_service(original, self) -> ActionResult:
    request = given(self)
    answer = original(self)
    service = answer.result["service"]
    _remember(service, {"availabilityZoneRebalancing": "DISABLED"} | request)
    return answer


@replaces(EC2ContainerServiceResponse)
def update_service(original, self) -> ActionResult:
    request = given(self)
    answer = original(self)
    _remember(answer.result["service"], request)
    return answer


@adds(EC2ContainerServiceResponse)
def update_cluster_settings(self) -> ActionResult:
    request = given(self)
    now = self.ecs_backend.update_cluster(request["cluster"], None, None, None).settings or []
    settings = {setting["name"]: setting["value"] for setting in [*now, *request["settings"]]}
    wanted = [{"name": name, "value": value} for name, value in settings.items()]
    return ActionResult({"cluster": self.ecs_backend.update_cluster(request["cluster"], wanted, None, None)})
