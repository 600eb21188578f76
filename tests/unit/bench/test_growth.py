"""Copies of a stored payment, and the page that is made of what `bench growth` found."""

from pathlib import Path

from bench.growth.command import KEPT, read
from bench.growth.page import factors, table, with_table
from bench.growth.picture import picture
from bench.growth.result import MERCHANTS, OPERATIONS, PAYMENTS, REFUNDS, Cell, Cost, Growth
from bench.growth.template import Template
from bench.measure.result import Machine
from bson import decode, encode

from refunds.domain.ids import merchant_route, payment_route, refund_id

DOCS = Path(__file__).parents[3] / "docs"
RUN, PAYMENT, MERCHANT = "01abc01abc0", "pay_01abc01abc00000000", "mer_01abc01abc0m00000"
REFUND = refund_id(1, 2, PAYMENT, MERCHANT)
TEMPLATE = Template(
    run=RUN,
    payment_id=PAYMENT,
    merchant_id=MERCHANT,
    refund_ids=[REFUND],
    payment=encode({"_id": PAYMENT, "route": payment_route(PAYMENT), "refunds": [{"id": REFUND}]}),
    rows=[encode({"_id": REFUND, "payment_id": PAYMENT, "path": ["platform", MERCHANT]})],
)


def cell(factor: str, cpu_us: float, payments: int = 10, refunds_each: int = 1, merchants: int = 10) -> Cell:
    cost = Cost(services_us=cpu_us / 2, mongod_us=cpu_us / 2, operations=100, errors=0, others_share=0.25)
    costs = dict.fromkeys(OPERATIONS, cost)
    return Cell(factor=factor, payments=payments, refunds_each=refunds_each, merchants=merchants, costs=costs)


FOUND = Growth(
    commit="abc+",
    date="2026-01-01",
    machine=Machine(cpu="x", cores=2, memory_mb=1, kernel="1", python="3.11"),
    cells=[
        cell(REFUNDS, 100.0),
        cell(REFUNDS, 150.0, refunds_each=99),
        cell(MERCHANTS, 220.0, merchants=10_000),
        cell(PAYMENTS, 200.0, payments=10_000),
        cell(PAYMENTS, 240.0, payments=100_000),
    ],
)


def test_a_copy_has_ids_of_its_own_with_the_routes_of_its_payment_and_merchant() -> None:
    payment, (row,) = TEMPLATE.copies(7, 3)

    stored, listed = decode(payment), decode(row)
    assert stored["_id"] == listed["payment_id"] == TEMPLATE.payment_id_of(7) == f"pay_{RUN}1000007"
    assert stored["route"] == payment_route(stored["_id"])
    assert listed["path"] == ["platform", f"mer_{RUN}m00003"]
    assert stored["refunds"][0]["id"] == listed["_id"] == TEMPLATE.refund_id_of(7, 3)
    assert listed["_id"].endswith(payment_route(stored["_id"]) + merchant_route(listed["path"][1]))


def test_copies_differ_from_each_other() -> None:
    ids = {decode(TEMPLATE.copies(number, number % 10)[0])["refunds"][0]["id"] for number in range(500)}

    assert len(ids) == 500


def test_each_factor_is_set_beside_its_own_first_size() -> None:
    rows = table(FOUND).splitlines()

    assert "| stored payments | 100,000 | 240 (×1.20) | 240 (×1.20) | 240 (×1.20) | 240 (×1.20) | 25% |" in rows
    assert "| refunds of the payment | 99 | 150 (×1.50) | 150 (×1.50) | 150 (×1.50) | 150 (×1.50) | 25% |" in rows
    assert "| merchants | 10,000 | 220 (×1.10) | 220 (×1.10) | 220 (×1.10) | 220 (×1.10) | 25% |" in rows


def test_the_table_goes_between_its_marks_and_nothing_else_changes() -> None:
    page = "before\n<!-- growth: generated, do not edit -->\nold\n<!-- end of growth -->\nafter\n"

    assert with_table(with_table(page, FOUND), FOUND) == with_table(page, FOUND)
    assert with_table(page, FOUND).startswith("before\n")
    assert with_table(page, FOUND).endswith("\nafter\n")


def test_the_page_and_the_picture_show_the_kept_figures() -> None:
    kept = read(KEPT)
    page = (DOCS / "performance.md").read_text(encoding="utf-8")

    assert page == with_table(page, kept), "run `python -m bench growth --page-only`"
    assert (DOCS / "growth.svg").read_text(encoding="utf-8") == picture(factors(kept.cells))
