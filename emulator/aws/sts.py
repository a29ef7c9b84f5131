"""What a web identity token tells a role's trust policy, beyond the claims that every issuer has.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""

from __future__ import annotations

import base64
import json
from typing import Any

from ministack.services import sts

from aws import seams

#: Claims of one issuer that AWS offers as condition keys, by how its address begins.
CLAIMS: dict[str, tuple[str, ...]] = {
    "token.actions.githubusercontent.com": (
        "actor",
        "actor_id",
        "enterprise_id",
        "environment",
        "job_workflow_ref",
        "ref",
        "repository",
        "repository_id",
        "workflow",
    ),
    "oidc.circleci.com/org/": ("oidc.circleci.com/project-id",),
}

_principal_before = sts._web_identity_principal


def install() -> None:
    global _principal_before
    _principal_before = seams.replace(sts, "_web_identity_principal", _principal)


def _principal(token: str, provider_id: str, role_arn: str) -> tuple[str, dict[str, Any]]:
    principal, keys = _principal_before(token, provider_id, role_arn)
    claims = _claims(token)
    issuer = str(claims.get("iss", "")).split("://", 1)[-1].rstrip("/")
    own = next((names for start, names in CLAIMS.items() if issuer.startswith(start)), ())
    return principal, {**keys, **{f"{issuer}:{name}".lower(): claims[name] for name in own if name in claims}}


def _claims(token: str) -> dict[str, Any]:
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
