"""The sandbox gateway's books and owed webhooks survive kills; what cannot be right is refused."""

import random
import resource
import subprocess
import threading
from pathlib import Path

import httpx
import pytest
from tests.service.gateway.sandbox_process import (
    TIMEOUT_S,
    Sandbox,
    free_port,
    running,
    spawn,
    webhooks_to,
    with_webhooks,
)


def _fails(process: "subprocess.Popen[str]") -> tuple[int, str]:
    _, said = process.communicate(timeout=TIMEOUT_S)
    return process.returncode, said


def _refund_until_killed(sandbox: Sandbox, worker: int, acknowledged: list[str]) -> None:
    with httpx.Client(base_url=sandbox.url, timeout=TIMEOUT_S) as client:
        for number in range(10_000):
            reference = f"att_{worker}_{number}"
            body = {"reference": reference, "amount": 7, "currency": "USD", "captured_amount": 7}
            try:
                client.post(
                    f"/payments/gp_{worker}_{number}/refunds",
                    json=body,
                    headers={"Idempotency-Key": reference},
                )
            except httpx.TransportError:
                return
            acknowledged.append(reference)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_acknowledged_refund_survives_a_kill_and_moved_once(tmp_path: Path, seed: int) -> None:
    acknowledged: list[str] = []
    kill_after = random.Random(seed).randint(20, 200)
    with running(tmp_path) as sandbox:
        workers = [
            threading.Thread(target=_refund_until_killed, args=(sandbox, worker, acknowledged)) for worker in range(8)
        ]
        for worker in workers:
            worker.start()
        while len(acknowledged) < kill_after:
            sandbox.metric("sandbox_books_refunds")
        sandbox.kill()
        for worker in workers:
            worker.join(TIMEOUT_S)

    with running(tmp_path) as sandbox:
        page = sandbox.client.get("/books", params={"limit": 1_000}).json()["data"]
        moved = {m["reference"]: m["amount"] for account in page for m in account["movements"]}
        assert set(acknowledged) <= set(moved), f"seed {seed}"
        assert set(moved.values()) == {7}
        assert all(account["moved"] == 7 for account in page)


def test_first_answer_is_given_again_after_a_kill(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        first = sandbox.refund("att_1", token="tok_pending")
        sandbox.kill()

    with running(tmp_path) as sandbox:
        second = sandbox.refund("att_1", token="tok_pending")
        other = sandbox.refund("att_1", token="tok_ok")

    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    assert other.status_code == 422


def test_pending_refund_and_advanced_clock_survive_a_kill(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        sandbox.refund("att_1", token="tok_pending")
        sandbox.advance(1_800)
        sandbox.kill()

    with running(tmp_path) as sandbox:
        still_pending = sandbox.ask("att_1").json()["status"]
        sandbox.advance(1_800)
        assert still_pending == "pending"
        assert sandbox.ask("att_1").json()["status"] == "succeeded"
        assert sandbox.client.get("/clock").json()["offset_seconds"] == 3_600


def test_webhook_is_delivered_again_until_it_is_taken(tmp_path: Path) -> None:
    with (
        webhooks_to(500, 301, 404) as receiver,
        running(tmp_path, **with_webhooks(receiver)) as sandbox,
    ):
        sandbox.refund("att_1", token="tok_webhook_first")

        assert len({receiver.next()["id"] for _ in range(4)}) == 1
        sandbox.wait_for_metric("sandbox_webhooks_open", 0)


def test_undelivered_webhook_is_delivered_after_a_kill(tmp_path: Path) -> None:
    nobody = {
        "WEBHOOK_URL": f"http://127.0.0.1:{free_port()}/",
        "WEBHOOK_SECRET": "whsec_c2FuZGJveC10ZXN0LXNlY3JldA==",
    }
    with running(tmp_path, **nobody) as sandbox:
        sandbox.refund("att_1", token="tok_webhook_twice")
        sandbox.kill()

    with webhooks_to() as receiver, running(tmp_path, **with_webhooks(receiver)) as sandbox:
        assert receiver.next() == receiver.next()
        sandbox.wait_for_metric("sandbox_webhooks_open", 0)


def test_too_many_open_webhooks_refuse_calls_that_owe_one(tmp_path: Path) -> None:
    nobody = {
        "WEBHOOK_URL": f"http://127.0.0.1:{free_port()}/",
        "WEBHOOK_SECRET": "whsec_c2FuZGJveC10ZXN0LXNlY3JldA==",
        "WEBHOOKS_OPEN_MAX": "1",
    }
    with running(tmp_path, **nobody) as sandbox:
        first = sandbox.refund("att_1", 1, token="tok_webhook_twice")
        second = sandbox.refund("att_2", 1, token="tok_pending")
        third = sandbox.refund("att_3", 1)

    assert [first.status_code, second.status_code, third.status_code] == [201, 429, 201]


def test_stop_lets_open_calls_end(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        slow = sandbox.begin_refund("att_1", token="tok_slow")

        assert sandbox.stop() == 0
        assert slow.result().status_code == 201


def test_clock_goes_no_further_than_its_bound(tmp_path: Path) -> None:
    ten_years_s = 10 * 366 * 86_400
    with running(tmp_path) as sandbox:
        answers = [sandbox.client.post("/clock/advance", json={"seconds": ten_years_s}).status_code for _ in range(11)]

    assert answers == [200] * 10 + [400]


def test_full_disk_answers_nothing_as_done_and_stops(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        sandbox.refund("att_1", 1)
        bytes_now = (tmp_path / "journal.ndjson").stat().st_size
        limits = (bytes_now + 10, bytes_now + 10)
        resource.prlimit(sandbox.process.pid, resource.RLIMIT_FSIZE, limits)
        refused = sandbox.refund("att_2", 1)
        code, said = _fails(sandbox.process)

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "books_unavailable")
    assert (code, "journal could not be written" in said) == (1, True)
    with running(tmp_path) as sandbox:
        assert sandbox.ask("att_2").status_code == 404
        assert sandbox.books()["moved"] == 1


def test_second_sandbox_on_one_folder_is_refused(tmp_path: Path) -> None:
    with running(tmp_path):
        code, said = _fails(spawn(tmp_path, free_port()))

    assert (code, said.count("\n")) == (1, 1)
    assert "another sandbox is using the data folder" in said


def test_taken_port_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "one") as sandbox:
        port = int(sandbox.url.rsplit(":", 1)[1])
        code, said = _fails(spawn(tmp_path / "two", port))

    assert (code, said.count("\n")) == (1, 1)
    assert f"cannot listen on 127.0.0.1:{port}" in said


def test_damaged_journal_is_refused(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        sandbox.refund("att_1")
    journal = tmp_path / "journal.ndjson"
    journal.write_bytes(journal.read_bytes().replace(b'"amount":60', b'"amount":61'))

    code, said = _fails(spawn(tmp_path, free_port()))

    assert (code, said.count("\n")) == (1, 1)
    assert "is damaged at line 2" in said


def test_all_configuration_mistakes_come_in_one_line(tmp_path: Path) -> None:
    code, said = _fails(spawn(tmp_path, 0, DELAY_MS="soon", WEBHOOK_URL="nowhere"))

    assert (code, said.count("\n")) == (2, 1)
    for name in ("PORT", "DELAY_MS", "WEBHOOK_URL", "WEBHOOK_SECRET"):
        assert f"REFUNDS_SANDBOX_{name} must" in said
