"""`refunds token`: whom it lets in, for how long, and which tokens it does not make."""

import base64
import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.fake_api import fake_api, problem
from tests.support.processes.command_line import refunds, write_instance

from refunds.domain.tenancy import Role
from refunds.runtime.auth.tokens import Claims, IssuerKey, TokenVerifier


def _said(token: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return said


def test_token_names_who_may_what_for_how_long(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    words = ("--role", "merchant_admin", "--scope", "mer_1", "--mfa", "--ttl", "60", "--sub", "ann")

    ran = refunds("token", *words, "--ready-file", str(ready_file))

    claims = _verified(tmp_path, ran.out.strip())
    assert (claims.sub, claims.role, claims.scope_id) == ("ann", Role.MERCHANT_ADMIN, "mer_1")
    assert claims.amr == ["mfa"]
    assert claims.auth_time == claims.iat == claims.nbf
    assert claims.iat is not None
    assert claims.exp == claims.iat + 60


def test_token_is_printed_for_programs_with_its_end(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("token", "--role", "auditor", "--scope", "platform", "--ready-file", str(ready_file), "--json")

    said = json.loads(ran.out)
    claims = _verified(tmp_path, said["token"])
    assert said["token_type"] == "Bearer"
    assert int(datetime.fromisoformat(said["expires_at"]).timestamp()) == claims.exp


def test_token_without_a_second_factor_does_not_claim_one(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("token", "--role", "auditor", "--scope", "platform", "--ready-file", str(ready_file))

    claims = _verified(tmp_path, ran.out.strip())
    assert claims.amr == []
    assert claims.auth_time is None


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--scope", "nope"), "--scope 'nope' is neither the id of a tenant, such as mer_01, nor `platform`"),
        (("--scope", "mer_1\n"), "is neither the id of a tenant"),
        (
            ("--scope", "platform", "--sub", ""),
            "--sub is empty; give the id of the person or program that will use the token",
        ),
        (
            ("--scope", "platform", "--sub", " "),
            "--sub is empty; give the id of the person or program that will use the token",
        ),
    ],
)
def test_token_that_no_instance_would_take_is_not_made(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")

    ran = refunds("token", "--role", "auditor", *words, "--ready-file", str(ready_file))

    assert (ran.code, ran.out) == (1, "")
    assert line in ran.err


def test_token_for_a_tenant_that_the_instance_does_not_know_is_not_made(tmp_path: Path) -> None:
    with fake_api(lambda asked: problem(404, "tenant_not_found")) as api:
        ready_file = write_instance(tmp_path, api.url)

        ran = refunds("token", "--role", "auditor", "--scope", "mer_9", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert "the running instance has no tenant mer_9" in ran.err
    assert api.asked[0].path == "/v1/tenants/mer_9"


def test_ready_file_of_a_launcher_that_was_killed_is_not_believed(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    gone = subprocess.Popen(["true"])
    gone.wait()
    ready_file.write_text(ready_file.read_text().replace('"pid": 1,', f'"pid": {gone.pid},'))

    ran = refunds("refund", "get", "ref_1", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert ran.err == (
        f"refunds: the instance that {ready_file} describes no longer runs, because its launcher (pid {gone.pid}) was "
        "killed; start `refunds up`, or give --ready-file or --url\n"
    )


def _verified(folder: Path, token: str) -> Claims:
    key = IssuerKey.from_json((folder / "issuer.jwk.json").read_bytes())
    issued_s = float(_said(token)["iat"])
    return TokenVerifier(key.jwks(), "brik-refunds-dev", "brik-refunds").verify(token, issued_s)


def test_unreadable_issuer_key_is_one_line(tmp_path: Path) -> None:
    ready_file = write_instance(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "issuer.jwk.json").write_text("{}")

    ran = refunds("token", "--role", "auditor", "--scope", "platform", "--ready-file", str(ready_file))

    assert ran.code == 1
    assert "cannot be read" in ran.err
