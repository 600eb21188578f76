"""CloudWatch: composite alarms, which moto keeps together with metric alarms but cannot be asked to make."""

from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from tests.infrastructure.emulator.extend import adds


@adds(CloudWatchResponse)
def put_composite_alarm(self) -> ActionResult:
    return self.put_metric_alarm()


def _alarm_rule(self: Alarm) -> str | None:
    return self.rule


Alarm.alarm_rule = property(_alarm_rule)
