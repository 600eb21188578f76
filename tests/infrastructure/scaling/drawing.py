"""Draws the simulated day as SVG: for each service what the load asked for, what ran, and what waited."""

from collections.abc import Iterator, Mapping, Sequence

from tests.infrastructure.scaling.load import DAY_MINUTES
from tests.infrastructure.scaling.policies import Scaling
from tests.infrastructure.scaling.simulation import Minute, turns
from tests.infrastructure.support.pages import written

WIDTH, LEFT, RIGHT = 860, 60, 24
PANEL, PLOT, TOP = 138, 84, 54
HOURS = (0, 6, 12, 18, 24)
WORDS = {
    "CPUUtilization": "CPU {out:.0f} / {into:.0f} %",
    "ApproximateNumberOfMessagesVisible": "waiting messages {out:.0f} / {into:.0f}",
    "RequestCountPerTarget": "requests a minute and task {out:.0f} / {into:.0f}",
}
TITLE = "A day with a peak of ten times the mean, through the planned scaling of production"
LEGEND = (
    "blue: load (highest = the day's peak) · red: running tasks · dashed: fewest and most · "
    "yellow: waiting messages (highest = its greatest)"
)
STYLE = """<style>
text { font: 12px sans-serif; fill: #333 } .name { font-weight: bold } .small { font-size: 10px; fill: #666 }
.load { fill: #c9dcf0 } .tasks { fill: none; stroke: #b3382c; stroke-width: 1.6 }
.bound { stroke: #bbb; stroke-dasharray: 3 3 }
.waiting { fill: none; stroke: #d99a1c; stroke-width: 1.2 } rect.paper { fill: #fff }
</style>"""


def drawn(days: Mapping[Scaling, Sequence[Minute]]) -> str:
    """The picture of all services, one panel each."""
    height = TOP + PANEL * len(days)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        STYLE,
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        f'<text x="{LEFT}" y="22" class="name">{TITLE}</text>',
        f'<text x="{LEFT}" y="38" class="small">{LEGEND}</text>',
    ]
    for place, (scaling, minutes) in enumerate(days.items()):
        lines += _panel(scaling, minutes, TOP + place * PANEL)
    return written("\n".join([*lines, "</svg>"]))


def _panel(scaling: Scaling, minutes: Sequence[Minute], top: int) -> Iterator[str]:
    bottom = top + 18 + PLOT
    measure = WORDS[scaling.metric].format(out=scaling.out.threshold, into=scaling.into.threshold)
    told = f"{scaling.least}-{scaling.most} tasks · {measure} · turns of direction: {turns(minutes)}"
    load = _curve([each.arrived for each in minutes], bottom)
    yield f'<text x="{LEFT}" y="{top + 10}"><tspan class="name">{scaling.service}</tspan> '
    yield f'<tspan class="small">{told}</tspan></text>'
    yield f'<polygon class="load" points="{LEFT},{bottom} {load} {_x(DAY_MINUTES)},{bottom}"/>'
    for count in (scaling.least, scaling.most):
        y = _y(count / (scaling.most + 1), bottom)
        yield f'<line class="bound" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="small" x="{LEFT - 8}" y="{y + 3:.1f}" text-anchor="end">{count}</text>'
    if any(each.waiting for each in minutes):
        yield f'<polyline class="waiting" points="{_curve([each.waiting for each in minutes], bottom)}"/>'
    yield f'<polyline class="tasks" points="{_stairs([each.running for each in minutes], scaling.most + 1, bottom)}"/>'
    for hour in HOURS:
        yield f'<text class="small" x="{_x(hour * 60)}" y="{bottom + 13}" text-anchor="middle">{hour}:00</text>'


def _x(minute: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * minute / DAY_MINUTES, 1)


def _y(share: float, bottom: int) -> float:
    return round(bottom - PLOT * share, 1)


def _curve(values: Sequence[float], bottom: int) -> str:
    """Every third minute is enough for the eye."""
    most = max(values)
    return " ".join(
        f"{_x(minute)},{_y(value / most, bottom)}" for minute, value in enumerate(values) if minute % 3 == 0
    )


def _stairs(counts: Sequence[int], most: int, bottom: int) -> str:
    corners, before = [], counts[0]
    for minute, count in enumerate(counts):
        if count != before or minute == 0:
            corners += [f"{_x(minute)},{_y(before / most, bottom)}", f"{_x(minute)},{_y(count / most, bottom)}"]
            before = count
    return " ".join([*corners, f"{_x(len(counts))},{_y(before / most, bottom)}"])
