"""Commands of the AWS CLI, as READMEs and runbooks show them: held against AWS's own description, run on the emulator.

The tests of READMEs call it. It starts no AWS CLI: an operation and its options are those of botocore's models.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import jmespath
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from tests.infrastructure.support.emulator import Emulator

BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(aws [^`]+)`")
SERVICES = {"s3api": "s3", "deploy": "codedeploy"}
GLOBAL_OPTIONS = {"query", "region", "output"}
# What the CLI adds by itself, with its options.
ADDED = {
    ("logs", "tail"): {"since", "filter-pattern", "follow"},
    ("cloudtrail", "validate-logs"): {"trail-arn", "start-time", "end-time"},
    ("cloudformation", "deploy"): {"stack-name", "template-file", "capabilities", "parameter-overrides"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCommand:
    """One command, split: aws SERVICE OPERATION --option value…"""

    service: str
    operation: str
    options: Mapping[str, tuple[str, ...]]

    def mistakes(self) -> list[str]:
        """What the CLI would refuse: an operation or an option that is none, a query that cannot be read."""
        if "query" in self.options:
            jmespath.compile(self.options["query"][0])
        added = ADDED.get((self.service, self.operation))
        if added is not None:
            return [f"--{name}" for name in self.options if name not in added | GLOBAL_OPTIONS]
        try:
            members = self._members()
        except (KeyError, UnknownServiceError):
            return [f"{self.service} {self.operation}"]
        known = set(members) | {f"no-{name}" for name in members} | GLOBAL_OPTIONS
        return [f"--{name}" for name in self.options if name not in known]

    def run(self, emulator: Emulator, **words: str) -> Any:
        """Its answer on the emulator, by its query; `words` fill NAME, ACCOUNT and the like."""
        members = self._members()
        asked = {
            members[name][0]: _value(given, members[name][1], words)
            for name, given in self.options.items()
            if name in members
        }
        answer = getattr(emulator.client(self._service), self.operation.replace("-", "_"))(**asked)
        query = self.options.get("query")
        return jmespath.search(query[0], answer) if query else answer

    @property
    def _service(self) -> str:
        return SERVICES.get(self.service, self.service)

    def _members(self) -> dict[str, tuple[str, str]]:
        """Each option's own name and kind, by the name that the CLI gives it."""
        client = boto3.client(self._service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        names = {xform_name(name, "-"): name for name in client.meta.service_model.operation_names}
        shape = client.meta.service_model.operation_model(names[self.operation]).input_shape
        members = shape.members if shape else {}
        return {xform_name(name, "-"): (name, member.type_name) for name, member in members.items()}


def commands_in(text: str) -> Iterator[str]:
    """Every command of the bash blocks, and every inline one of AWS, each on one line."""
    for block in BLOCK.findall(text):
        yield from (line for line in re.sub(r"\\\n\s*", "", block).splitlines() if line.strip())
    yield from (re.sub(r"\s*\n\s*", " ", command) for command in INLINE.findall(BLOCK.sub("", text)))


def aws_command(line: str) -> AwsCommand:
    """From its text. What stands before the first option, as with `logs tail`, is left out."""
    _, service, operation, *rest = shlex.split(line)
    options: dict[str, list[str]] = {}
    given: list[str] = []
    for word in rest:
        if word.startswith("--"):
            given = options.setdefault(word.removeprefix("--"), [])
        else:
            given.append(word)
    kept = {name: tuple(given) for name, given in options.items()}
    return AwsCommand(service=service, operation=operation, options=kept)


def _value(given: tuple[str, ...], kind: str, words: Mapping[str, str]) -> Any:
    texts = [_filled(text, words) for text in given]
    if kind == "list":
        return texts
    if kind == "boolean":
        return True
    return json.loads(texts[0]) if kind in ("structure", "map") else texts[0]


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, meant in words.items():
        text = re.sub(rf"\b{word}\b", meant, text)
    return text
