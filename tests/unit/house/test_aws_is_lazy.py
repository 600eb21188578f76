"""Who uses nothing of AWS pays nothing for it: neither the library's half second nor its memory."""

import subprocess
import sys

import pytest

MODULES = (
    "refunds_embedded.launcher.all_in_one",
    "refunds_embedded.launcher.split_frontend",
    "refunds.cli.app",
    "refunds_embedded.sandbox.main",
)


@pytest.mark.parametrize("module", MODULES)
def test_library_of_aws_is_not_loaded(module: str) -> None:
    program = f"import sys, {module}; print([name for name in sys.modules if 'botocore' in name or 'boto3' in name])"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert ended.stdout == "[]\n"
