"""A CloudFormation template's parts as they read once it is deployed: Ref, GetAtt and Sub replaced, nothing made.

Tests that weigh a policy call it. What a template refers to and nobody gave a value for is an error, never left out.
"""

import re
from collections.abc import Mapping
from typing import Any

from cfnlint import decode
from tests.infrastructure.support.folders import ROOT

FOLDER = ROOT / "infrastructure" / "cloudformation"
ACCOUNT, REGION = "123456789012", "eu-west-1"
"""Those of the mocked environments."""
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/brik-refunds-bootstrap/1",
}


def template(name: str) -> dict[str, Any]:
    """The template of that name, as YAML has it."""
    document, problems = decode.decode(str(FOLDER / f"{name}.yaml"))
    assert not problems
    return document


def bootstrap(environment: str) -> Mapping[str, Mapping[str, Any]]:
    """The properties of bootstrap.yaml's resources, by name, in the account of an environment."""
    name = f"brik-refunds-{environment}"
    values = PSEUDO | {
        "Environment": environment,
        "Repository": "brik/refunds",
        "StateBucket": f"{name}-state-{ACCOUNT}",
        "StateBucket.Arn": f"arn:aws:s3:::{name}-state-{ACCOUNT}",
        "StateKey": "state",
        "StateKey.Arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/state",
        "LockTable": f"{name}-state-lock",
        "LockTable.Arn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}-state-lock",
        "StateAccess": f"arn:aws:iam::{ACCOUNT}:policy/{name}-state",
        "Ceiling": f"arn:aws:iam::{ACCOUNT}:policy/{name}-ceiling",
        "StateRetentionDays": "365",
    }
    resources = template("bootstrap")["Resources"]
    return {each: _resolved(made["Properties"], values) for each, made in resources.items()}


def _resolved(part: Any, values: Mapping[str, str]) -> Any:
    match part:
        case {"Ref": name}:
            return values[name]
        case {"Fn::GetAtt": [name, attribute]}:
            return values[f"{name}.{attribute}"]
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([\w:.]+)\}", lambda found: values[found[1]], text)
        case dict():
            return {name: _resolved(each, values) for name, each in part.items()}
        case list():
            return [_resolved(each, values) for each in part]
    return part
