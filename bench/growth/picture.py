"""Draws each operation's cost over each factor's size for docs/performance.md. Costs have a logarithmic scale."""

from collections.abc import Mapping, Sequence
from math import log10

from bench.growth.result import OPERATIONS, Cell

WIDTH, HEIGHT, LEFT, TOP, PANEL, GAP = 860, 300, 60, 60, 220, 45
LOWEST_US, HIGHEST_US = 30.0, 30_000.0
COLORS = ("#2f6db3", "#b3382c", "#3c8d4f", "#a3761c")
STYLE = """<style>
text { font: 12px sans-serif; fill: #333 } .name { font-weight: bold } .small { font-size: 10px; fill: #666 }
.grid { stroke: #ddd } polyline { fill: none; stroke-width: 1.8 } rect { fill: #fff }
</style>
"""


def picture(factors: Mapping[str, Sequence[tuple[int, Cell]]]) -> str:
    """The SVG."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">\n'
    )
    parts = [head, STYLE, f'<rect width="{WIDTH}" height="{HEIGHT}"/>\n']
    parts.append(f'<text x="{LEFT}" y="20" class="name">CPU of one operation, services + mongod, µs</text>\n')
    for number, name in enumerate(OPERATIONS):
        parts.append(f'<text x="{LEFT + 80 * number}" y="38" style="fill: {COLORS[number]}">{name}</text>\n')
    for number, (factor, cells) in enumerate(factors.items()):
        parts.append(_panel(LEFT + number * (PANEL + GAP), factor, cells, has_scale=number == 0))
    return "".join(parts) + "</svg>\n"


def _panel(left: float, factor: str, cells: Sequence[tuple[int, Cell]], *, has_scale: bool) -> str:
    parts = [f'<text x="{left}" y="{HEIGHT - 12}" class="name">{factor}</text>\n']
    for us in (100, 1_000, 10_000):
        y = _y(us)
        parts.append(f'<line class="grid" x1="{left}" x2="{left + PANEL}" y1="{y:.1f}" y2="{y:.1f}"/>\n')
        if has_scale:
            parts.append(f'<text x="{left - 45}" y="{y + 4:.1f}" class="small">{us:,}</text>\n')
    step = PANEL / max(1, len(cells) - 1)
    for place, (size, _) in enumerate(cells):
        anchor = "start" if place == 0 else "end" if place == len(cells) - 1 else "middle"
        x, y = left + place * step, HEIGHT - 30
        parts.append(f'<text x="{x:.1f}" y="{y}" class="small" text-anchor="{anchor}">{size:,}</text>\n')
    for color, name in zip(COLORS, OPERATIONS, strict=True):
        points = [(left + n * step, _y(cell.costs[name].cpu_us)) for n, (_, cell) in enumerate(cells)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline style="stroke: {color}" points="{line}"/>\n')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" style="fill: {color}"/>\n' for x, y in points]
    return "".join(parts)


def _y(us: float) -> float:
    share = (log10(max(us, LOWEST_US)) - log10(LOWEST_US)) / (log10(HIGHEST_US) - log10(LOWEST_US))
    return HEIGHT - 45 - share * (HEIGHT - 45 - TOP)
