"""`refunds audit prove` on an instance's anchors, and `check-proof` of what it printed, where no instance is."""

import asyncio
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.support.processes.command_line import Ran, refunds, write_instance

from refunds.adapters.local.anchors import AnchorFiles
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit_log import record_id
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG
from refunds.cli.client.ready_file import DATABASE
from refunds.domain.audit.hash_chain import ChainHead
from refunds.kit.config import Secret

KEY = "k" * 43
CHAINS = 11
Proof = dict[str, Any]


def heads(seq: int) -> list[ChainHead]:
    """Of eleven chains, all as long."""
    digest = sha256(str(seq).encode()).hexdigest()
    return [ChainHead(chain=f"mer_{number}", seq=seq, hash=digest) for number in range(CHAINS)]


@pytest.fixture
def instance(tmp_path: Path, mongodb_uri: str) -> Iterator[Path]:
    """The ready file of one whose chains were anchored twice; the database has the records at the anchored places."""
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    ready_file.write_text(json.dumps(json.loads(ready_file.read_text()) | {"mongodb_uri": mongodb_uri}))
    (tmp_path / "anchors").mkdir()
    (tmp_path / "anchor.key").write_text(KEY)

    async def plant() -> None:
        anchors = AnchorFiles(tmp_path / "anchors", HmacSigner(Secret(KEY)), FixedClock())
        async with connect(mongodb_uri) as client:
            log = open_database(client, DATABASE)[AUDIT_LOG]
            for seq in (1, 2):
                await anchors.append(heads(seq))
                await log.insert_many(
                    {"_id": record_id(head.chain, seq), "chain": head.chain, "seq": seq, "hash": head.hash}
                    for head in heads(seq)
                )

    async def clear() -> None:
        async with connect(mongodb_uri) as client:
            await client.drop_database(DATABASE)

    asyncio.run(plant())
    yield ready_file
    asyncio.run(clear())


def proven(instance: Path, chain: str, *words: str) -> Ran:
    """The command on the instance, for programs."""
    return refunds("audit", "prove", chain, *words, "--json", "--ready-file", str(instance))


def detail_of(ran: Ran) -> str:
    """Why it failed, from the problem document that programs get."""
    return str(json.loads(ran.err)["detail"])


def root_by_hand(proof: Proof) -> str:
    """RFC 6962 (2.1) by its text: what the path of a proof makes of its head."""
    head = proof["head"]
    digest = sha256(b"\x00" + f"{head['chain']}\n{head['seq']}\n{head['hash']}".encode()).digest()
    for sibling in proof["path"]:
        other = bytes.fromhex(sibling["digest"])
        digest = sha256(b"\x01" + (other + digest if sibling["is_left"] else digest + other)).digest()
    return digest.hex()


@pytest.mark.parametrize("number", range(CHAINS))
def test_each_chains_head_is_proven_under_the_last_anchor_and_checked_far_from_the_instance(
    instance: Path, tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    ran = proven(instance, f"mer_{number}")
    file = tmp_path_factory.mktemp("auditor") / "proof.json"
    file.write_text(ran.out)

    alone = refunds("audit", "check-proof", str(file))
    checked = refunds("audit", "check-proof", str(file), "--root", ran.document["anchor"]["root"], "--json")

    assert (ran.code, ran.document["anchor"]["number"], ran.document["head"]["seq"]) == (0, 2, 2)
    assert root_by_hand(ran.document) == ran.document["anchor"]["root"]
    assert alone.code == 0
    assert "The proof agrees with the root that the proof itself contains." in alone.out
    assert (checked.code, checked.document["is_proven"], checked.document["is_anchor_known"]) == (0, True, True)


def test_earlier_anchor_is_proven_by_its_number_and_by_the_text_that_is_kept(instance: Path) -> None:
    first, second = proven(instance, "mer_3", "--number", "1"), proven(instance, "mer_3")
    file = instance.parent / "proof.json"
    file.write_text(first.out)
    texts = [str(instance.parent / "anchors" / f"{number:012}.anchor") for number in (1, 2)]

    own, other = (refunds("audit", "check-proof", str(file), "--anchor", text) for text in texts)
    of_another_root = refunds("audit", "check-proof", str(file), "--root", second.document["anchor"]["root"])

    assert (first.document["head"]["seq"], own.code, own.out.splitlines()[-1]) == (
        1,
        0,
        "Proven: the anchor covers this record.",
    )
    assert (other.code, other.err) == (
        1,
        (
            f"refunds: {texts[1]} does not contain the text of an anchor: the text stored as anchor 1 is the text of "
            "another anchor\n"
        ),
    )
    assert (of_another_root.code, of_another_root.out.splitlines()[-1][:3]) == (1, "NOT")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--number", "3"), "there is no anchor 3 of epoch 1: the last of epoch 1 is 2"),
        (("--number", "9" * 23), f"there is no anchor {'9' * 23} of epoch 1: the last of epoch 1 is 2"),
        (("--number", "1", "--epoch", "2"), "there is no anchor 1 of epoch 2: epoch 2 has not begun"),
    ],
)
def test_anchor_that_never_was_is_not_called_gone(instance: Path, words: tuple[str, ...], line: str) -> None:
    ran = proven(instance, "mer_3", *words)

    assert (ran.code, detail_of(ran)) == (1, line)


def test_anchor_that_was_removed_is_called_gone(instance: Path) -> None:
    (instance.parent / "anchors" / f"{1:012}.anchor").unlink()

    assert detail_of(proven(instance, "mer_3", "--number", "1")) == "anchor 1 is gone"


@pytest.mark.parametrize("words", [("--number", "0"), ("--number", "-1"), ("--number", "1", "--epoch", "0")])
def test_numbers_of_anchors_and_epochs_begin_at_one(instance: Path, words: tuple[str, ...]) -> None:
    assert proven(instance, "mer_3", *words).code == 2


def other_hash(proof: Proof) -> None:
    proof["head"]["hash"] = "0" * 64


def other_seq(proof: Proof) -> None:
    proof["head"]["seq"] += 1


def other_chain(proof: Proof) -> None:
    proof["head"]["chain"] = "mer_9"


def other_side(proof: Proof) -> None:
    proof["path"][0]["is_left"] = not proof["path"][0]["is_left"]


def other_order(proof: Proof) -> None:
    proof["path"][0], proof["path"][1] = proof["path"][1], proof["path"][0]


def shorter(proof: Proof) -> None:
    proof["path"].pop()


def other_root(proof: Proof) -> None:
    proof["anchor"]["root"] = "ab" * 32


@pytest.mark.parametrize("change", [other_hash, other_seq, other_chain, other_side, other_order, shorter, other_root])
def test_changed_proof_proves_nothing(instance: Path, change: Callable[[Proof], None]) -> None:
    proof = proven(instance, "mer_4").document
    change(proof)
    file = instance.parent / "proof.json"
    file.write_text(json.dumps(proof))

    ran = refunds("audit", "check-proof", str(file))

    assert (ran.code, ran.out.splitlines()[-1]) == (1, "NOT proven: the anchor does not cover this record.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "does not contain a proof ("),
        ('{"format":1}', "does not contain a proof ("),
        ("\ud83d", "does not contain a proof ("),
        ('{"format":2,"anchor":%s,"head":%s,"path":[]}', "is a proof of format 2, but this release reads format 1"),
        ('{"format":1,"anchor":%s,"head":%s,"path":[{"is_left":true,"digest":"xy"}]}', "not a hexadecimal number"),
    ],
)
def test_file_without_a_proof_is_reported_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    anchor = '{"epoch":1,"number":1,"at":"2026-01-01T00:00:00Z","root":"ab","sha256":"ab"}'
    file = tmp_path / "proof.json"
    whole = text % (anchor, '{"chain":"mer_1","seq":1,"hash":"ab"}') if "%s" in text else text
    file.write_bytes(whole.encode(errors="surrogatepass"))

    ran = refunds("audit", "check-proof", str(file))

    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_chain_and_anchor_that_are_not_there_are_named(instance: Path) -> None:
    no_chain, no_anchor = proven(instance, "mer_99"), proven(instance, "mer_1", "--number", "9")
    no_number = proven(instance, "mer_1", "--epoch", "2")

    assert (no_chain.code, detail_of(no_chain)) == (1, "there is no anchored chain mer_99")
    assert (no_anchor.code, detail_of(no_anchor)) == (1, "there is no anchor 9 of epoch 1: the last of epoch 1 is 2")
    assert (no_number.code, detail_of(no_number)) == (
        1,
        "--epoch was given without --number; give both options, or only --number",
    )


def test_proof_warns_that_the_database_no_longer_has_the_record(instance: Path, mongodb_uri: str) -> None:
    async def rewrite() -> None:
        async with connect(mongodb_uri) as client:
            await open_database(client, DATABASE)[AUDIT_LOG].update_one(
                {"chain": "mer_5", "seq": 2}, {"$set": {"hash": "0" * 64}}
            )

    asyncio.run(rewrite())
    ran, other = proven(instance, "mer_5"), proven(instance, "mer_6")

    assert (ran.code, other.code) == (1, 0)
    assert "record 2 of mer_5 is missing or has another hash" in ran.err
    assert root_by_hand(ran.document) == ran.document["anchor"]["root"]
