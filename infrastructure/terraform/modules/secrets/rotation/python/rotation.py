"""The four steps by which Secrets Manager changes the cache's token, and the services' secrets that have to know it.

Every step may come twice and may break off anywhere. The cache keeps the last two tokens, so that tasks which read the
old one go on until the next rotation.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from cache import Cache
from secret_store import CURRENT, PENDING, SecretStore


class VersionNotAnnounced(Exception):
    """The call names a version that Secrets Manager does not rotate to."""


class TokenNotWritten(Exception):
    """A later step was called before the first one."""


class TokenNotKnown(Exception):
    """The cache does not let in who shows the new token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The version that is to become the current one."""

    secret_id: str
    version_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """`pauses` yields as often as the cache may be looked at again."""

    store: SecretStore
    cache: Cache
    pauses: Iterable[None]
    service_secret_ids: tuple[str, ...]

    def run(self, step: str, request: Request) -> None:
        """One of the four steps; nothing when it is all done already. VersionNotAnnounced, and those of the steps."""
        stages = self.store.stages(request.secret_id).get(request.version_id, [])
        if CURRENT in stages:
            return
        if PENDING not in stages:
            raise VersionNotAnnounced(request.version_id)
        steps = {
            "createSecret": self.create,
            "setSecret": self.teach,
            "testSecret": self.test,
            "finishSecret": self.finish,
        }
        steps[step](request)

    def create(self, request: Request) -> None:
        """Makes a new token, once."""
        if self.store.pending(request.secret_id, request.version_id) is None:
            text = json.dumps({"auth_token": self.store.new_token()})
            self.store.write_pending(request.secret_id, request.version_id, text)

    def teach(self, request: Request) -> None:
        """Tells the cache, once, and waits until it has learned. TokenNotKnown, CacheNotAvailable."""
        token = self._token(request)
        if self.cache.knows(token):
            return
        self.cache.learn(token)
        for _ in self.pauses:
            if self.cache.knows(token):
                return
        raise TokenNotKnown("the cache has not learned the new token in time")

    def test(self, request: Request) -> None:
        """TokenNotKnown when the new token does not open the cache."""
        if not self.cache.knows(self._token(request)):
            raise TokenNotKnown("the cache refuses the new token")

    def finish(self, request: Request) -> None:
        """Gives every service its address of the cache with the new token, then makes the token the current one."""
        address = self.cache.address()
        redis_uri = f"rediss://:{self._token(request)}@{address.host}:{address.port}"
        for secret_id in self.service_secret_ids:
            settings = json.loads(self.store.current(secret_id))
            if settings.get("redis_uri") != redis_uri:
                self.store.write(secret_id, json.dumps(settings | {"redis_uri": redis_uri}))
        self.store.make_current(request.secret_id, request.version_id)

    def _token(self, request: Request) -> str:
        text = self.store.pending(request.secret_id, request.version_id)
        if text is None:
            raise TokenNotWritten(request.version_id)
        token: str = json.loads(text)["auth_token"]
        return token
