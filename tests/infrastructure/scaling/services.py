"""What each service has to do on the simulated day.

The peak is the service level of the whole cluster (500 refunds a second) for the queue, and for the others nine tenths
of what the most tasks do just below their upper threshold: a day that the plan must carry, but with nothing to spare.
"""

from tests.infrastructure.scaling.load import PEAK
from tests.infrastructure.scaling.policies import Scaling
from tests.infrastructure.scaling.simulation import Work

FULL = 0.9
PEAK_REFUNDS_PER_MINUTE = 500 * 60
QUEUE_SPARE = 1.25
"""All tasks together do a quarter more than the peak brings: far less than was measured, or nothing would scale."""


def work_of(scaling: Scaling) -> Work:
    """By what the service is measured by."""
    match scaling.metric:
        case "ApproximateNumberOfMessagesVisible":
            task_does = PEAK_REFUNDS_PER_MINUTE * QUEUE_SPARE / scaling.most
            return Work(mean=PEAK_REFUNDS_PER_MINUTE / PEAK, task_does=task_does)
        case "CPUUtilization":
            return Work(mean=FULL * scaling.most * scaling.out.threshold / 100 / PEAK, task_does=1)
        case _:
            return Work(mean=FULL * scaling.most * scaling.out.threshold / PEAK, task_does=scaling.out.threshold)
