"""In every environment: what CloudTrail delivers passes the audit bucket's refusals, and what people write does not.

Log files come under our key; digests come under S3's own, as AWS's user guide says of log file validation.
"""

import pytest
from tests.infrastructure.support.access.iam import Request, Role, parsed
from tests.infrastructure.support.estate import Estate

ANYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
HEADER = "s3:x-amz-server-side-encryption"


@pytest.mark.parametrize(
    ("who", "headers", "passes"),
    [
        ("true", {"": "aws:kms", "-aws-kms-key-id": "the audit key"}, True),
        ("true", {"": "AES256"}, True),
        ("false", {"": "aws:kms", "-aws-kms-key-id": "the audit key"}, True),
        ("false", {}, True),
        ("false", {"": "AES256"}, False),
        ("false", {"": "aws:kms"}, False),
        ("true", {"": "aws:kms", "-aws-kms-key-id": "another key"}, False),
        ("true", {"-customer-algorithm": "AES256"}, False),
    ],
    ids=str,
)
def test_files_of_the_trail_pass_and_a_strangers_encryption_does_not(
    estate: Estate, who: str, headers: dict[str, str], passes: bool
) -> None:
    (policy,) = [each for each in estate.of("aws_s3_bucket_policy", "audit") if each.name == "this"]
    keys = {"the audit key": estate.outputs["key_arns"]["audit"]}
    place = parsed(policy["policy"])["Statement"][0]["Resource"][0]

    context = {
        "aws:securetransport": "true",
        "s3:tlsversion": "1.2",
        "aws:principalisawsservice": who,
        **{f"{HEADER}{name}": keys.get(text, text) for name, text in headers.items()},
    }
    request = Request(action="s3:PutObject", resource=f"{place}/cloudtrail/AWSLogs/1/x", context=context)

    assert Role(policies=(ANYTHING, parsed(policy["policy"]))).may(request) is passes
