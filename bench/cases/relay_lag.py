"""How far the relay is behind, by the product's own metrics. None where it tells nothing."""

from bench.cases.bench import Bench
from bench.errors import CallRefused
from bench.instance.http import metrics

NAME = "refunds_relay_lag_seconds"


def relay_lag_s(bench: Bench) -> float | None:
    """The largest lag that any relay of the instance tells of."""
    urls = {bench.ready.url, *(service.url for service in bench.ready.services.values())}
    found = [lag for url in urls for lag in _lags(url)]
    return max(found, default=None)


def _lags(url: str) -> list[float]:
    try:
        samples = metrics(url)
    except (CallRefused, OSError):
        return []
    return [value for name, value in samples.items() if name.split("{")[0] == NAME]
