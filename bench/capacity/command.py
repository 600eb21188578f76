"""Runs `bench capacity`. It writes docs/capacity.md from the kept figures, or prints all rates' steps as JSON."""

import argparse
from collections.abc import Callable, Sequence

import msgspec

from bench.capacity.figures import KEPT, ROOT, assumed, measured, prices
from bench.capacity.measuring import measure
from bench.capacity.model import Model
from bench.capacity.page import write_page


def capacity(arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m bench capacity")
    parser.add_argument("--measure", action="store_true", help="measure first, on an instance of our own")
    parser.add_argument("--rate", type=float, default=300.0, help="refunds/s while measuring")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the measured run")
    parser.add_argument("--json", action="store_true", help="print the steps and write no page")
    chosen = parser.parse_args(arguments)
    if chosen.measure:
        found = measure(chosen.rate, chosen.seconds, say)
        KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    model = kept_model()
    if chosen.json:
        steps = [model.step(rate) for rate in model.assumed.rates_per_s]
        print(msgspec.json.format(msgspec.json.encode(steps), indent=1).decode())
    else:
        write_page(model, ROOT / "docs")
    return 0


def kept_model() -> Model:
    """The model of the kept figures, assumptions and prices."""
    return Model(measured=measured(), assumed=assumed(), prices=prices())
