"""Called by Cognito before it signs a token (trigger "pre token generation", V2_0); adds claims to the access token.

Asks nobody and keeps nothing: Cognito waits five seconds at most.
"""

import os
from typing import Any

from claims import added_claims


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The event with its answer filled in. The token for the client itself (ID token) stays as it is."""
    request = event["request"]
    added = added_claims(
        groups=request["groupConfiguration"].get("groupsToOverride") or [],
        attributes=request["userAttributes"],
        client_id=event["callerContext"]["clientId"],
        trigger=event["triggerSource"],
        is_factor_asked=os.environ.get("MFA") == "ON",
    )
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"claimsToAddOrOverride": added}}}
    return event
