"""Defines the options that name the running instance and the caller of a command.

A ready file is the file in which a running instance publishes its addresses. The file also names the issuer's key. The
command signs a short-lived token for `--as`, `--role` and `--scope` with that key. With `--url`, the caller has to give
`--token`.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeAlias

from cyclopts import Parameter

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.cli.client.choices import RoleChoice
from refunds.cli.client.dev_tokens import TokenWish, signed_token
from refunds.cli.client.ready_file import Ready, is_stale, read_ready
from refunds.cli.errors import failure
from refunds.domain.tenancy import PLATFORM, Role
from refunds.texts import command_facts as facts
from refunds.texts.notices.command_notices import ActedAs

READY_FILE = Path(".data/ready.json")
TOKEN_TTL_S = 600
DEVELOPER, APPROVER = "developer", "approver"
"""Two development identities, since nobody may approve their own refund."""

AsJson: TypeAlias = Annotated[
    bool,
    Parameter(
        name="--json",
        negative="",
        help="Print JSON for programs, in minor units. A failure is a problem document on stderr.",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The instance and the caller.

    Parameters
    ----------
    ready_file
        Written by `refunds up`; contains the address of the instance.
    url
        Address of an instance, instead of a ready file; needs --token.
    token
        Access token to send; without it, the ready file's issuer signs a token.
    act_as
        Id of the caller (the token's subject); by default `developer`, or `approver` for commands that approve or
        reject a refund.
    role
        Role of the caller.
    scope
        Tenant that the caller may see and change, with all tenants below it.
    """

    ready_file: Path = READY_FILE
    url: Annotated[str | None, Parameter(env_var="REFUNDS_URL")] = None
    token: Annotated[str | None, Parameter(env_var="REFUNDS_TOKEN")] = None
    act_as: Annotated[str, Parameter(name="--as", env_var="REFUNDS_AS")] = ""
    role: Annotated[RoleChoice, Parameter(env_var="REFUNDS_ROLE")] = Role.PLATFORM_ADMIN
    scope: Annotated[str, Parameter(env_var="REFUNDS_SCOPE")] = PLATFORM

    def acting_as(self, subject: str) -> "Target":
        """Returns the same target with this person as the caller, if no caller was named."""
        return self if self.act_as else replace(self, act_as=subject)

    def identity(self) -> ActedAs:
        """Returns who calls, if the command itself signs the token."""
        return ActedAs(subject=self.act_as or DEVELOPER, role=self.role.value, scope=self.scope)

    def address(self) -> str:
        """Returns the URL of the instance, without a slash at its end."""
        return (self.url or read_instance(self.ready_file).url).rstrip("/")

    def bearer(self) -> str:
        """Returns the given token, or signs a new one. Raises CommandFailed if no token can be signed."""
        if self.token:
            return self.token
        if self.url:
            raise failure(facts.TokenNeeded())
        wish = TokenWish(
            subject=self.act_as or DEVELOPER,
            role=self.role,
            scope_id=self.scope,
            has_second_factor=True,
            ttl_s=TOKEN_TTL_S,
        )
        key_file = read_instance(self.ready_file).issuer_key_file
        return signed_token(key_file, wish, SystemClock().now(), SystemIds().new("tok"))


USUAL = Target()
"""The instance that a command calls without any option."""


def read_instance(ready_file: Path) -> Ready:
    """Returns the contents of the ready file. Raises CommandFailed if the file is unusable or the instance ended."""
    try:
        ready = read_ready(ready_file)
    except FileNotFoundError:
        raise failure(facts.NoInstance(ready_file=str(ready_file))) from None
    except (OSError, ValueError) as error:
        raise failure(facts.ReadyFileUnreadable(ready_file=str(ready_file), error=str(error))) from None
    if is_stale(ready):
        raise failure(facts.InstanceGone(ready_file=str(ready_file), pid=ready.pid))
    return ready
