"""Loads settings from the environment and from the secret that `REFUNDS_SECRET_ID` names.

If a setting is in both, its value in the environment is used. Every service process and the migration load their
settings once, at the start.
"""

from collections.abc import Awaitable, Callable, Mapping

import uvloop

from refunds.kit.config import NO_MEMBERS, ConfigurationMistakes, Secret, Settings, load, members_of
from refunds.runtime.process.secret_source import SecretSource
from refunds.runtime.process.settings import ServiceSettings

ReadSecret = Callable[[SecretSource], Awaitable[str]]


async def from_aws(source: SecretSource) -> str:
    """Returns the secret's text. Raises SecretUnavailable if it is unreadable. The AWS library is loaded only here."""
    from refunds.runtime.process.aws_secret import read_secret  # noqa: PLC0415

    return await read_secret(source)


def load_settings(environ: Mapping[str, str], read: ReadSecret = from_aws) -> ServiceSettings:
    """Returns the settings of a service.

    Raises ConfigurationMistakes with all mistakes, including those in the secret. Raises SecretUnavailable if the
    secret cannot be read.
    """
    return load_with_secret(ServiceSettings, environ, read)


def load_with_secret(shape: type[Settings], environ: Mapping[str, str], read: ReadSecret = from_aws) -> Settings:
    """Returns the settings of type `shape`. Works and raises errors like `load_settings`."""
    mistakes: list[str] = []
    members: Mapping[str, Secret] = NO_MEMBERS
    try:
        source = load(SecretSource, environ)
        if source.secret_id:
            members = members_of(uvloop.run(_text(read, source)))
    except ConfigurationMistakes as found:
        mistakes += found.mistakes
    try:
        settings = load(shape, environ, members=members)
    except ConfigurationMistakes as found:
        mistakes += (mistake for mistake in found.mistakes if mistake not in mistakes)
    else:
        if not mistakes:
            return settings
    raise ConfigurationMistakes(tuple(mistakes))


async def _text(read: ReadSecret, source: SecretSource) -> str:
    return await read(source)
