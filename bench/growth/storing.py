"""Stores copies of the template and of its merchant directly in the collections."""

from contextlib import suppress
from time import sleep

from bson import encode
from bson.raw_bson import RawBSONDocument
from pymongo.write_concern import WriteConcern

from bench.errors import CallRefused, SeedingFailed
from bench.growth.template import MERCHANT, Template
from bench.instance.http import call
from bench.support.bench import Bench

BATCH = 500
API_MERCHANTS = 10
KNOWN_TRIES_MAX = 60
_QUICK = WriteConcern(w=1, j=False)


def store_merchants(bench: Bench, template: Template, merchants: int) -> None:
    """Stores copies of the template's merchant. Creates one more by the API, so that services load all merchants."""
    tenants = bench.database["tenants"].with_options(write_concern=_QUICK)
    first = tenants.find_one({"_id": template.merchant_id})
    encoded, old = encode(first or {}), template.merchant_id.encode()
    for start in range(1, merchants, BATCH):
        numbers = range(start, min(start + BATCH, merchants))
        copies = [encoded.replace(old, template.merchant_id_of(number).encode()) for number in numbers]
        tenants.insert_many([RawBSONDocument(copy) for copy in copies], ordered=False)
    bench.seeder.merchant("last")
    _wait_known(bench, template.merchant_id_of(merchants - 1))


def _wait_known(bench: Bench, merchant_id: str) -> None:
    path = f"/v1/parameters/resolve?name=refund_window_days&tenant_id={merchant_id}"
    for _ in range(KNOWN_TRIES_MAX):
        with suppress(CallRefused):
            call(bench.ready.url, "GET", path, headers={"Authorization": bench.seeder.token})
            return
        sleep(1.0)
    raise SeedingFailed(f"the services do not know {merchant_id}")


def store_payments(bench: Bench, template: Template, start: int, end: int, merchants: int) -> None:
    """Stores the payments with the numbers from `start` to `end - 1`, each with its rows in the list."""
    assert template.merchant_id.endswith(MERCHANT)
    payments = bench.database["payments"].with_options(write_concern=_QUICK)
    rows = bench.database["refund_list"].with_options(write_concern=_QUICK)
    for first in range(start, end, BATCH):
        made = [template.copies(n, n % merchants) for n in range(first, min(first + BATCH, end))]
        payments.insert_many([RawBSONDocument(payment) for payment, _ in made], ordered=False)
        listed = [RawBSONDocument(row) for _, each in made for row in each]
        if listed:
            rows.insert_many(listed, ordered=False)
    bench.database.client["admin"].command("fsync")
