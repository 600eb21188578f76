"""Bill of materials and provenance, written by `images` beside an image where the engine does not attach them.

The bill lists what is in the image: the Python packages of the lock, and the Debian packages of the base, Python among
them, as the image's own dpkg status has them.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from engines import ROOT, Bases, Engine, EngineRefused, name_of

INPUTS = ("infrastructure/containers/Dockerfile", "requirements/services.txt", "requirements/build.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What an image was made of, by which program, until when (RFC 3339)."""

    commit: str
    bases: Bases
    builder: str
    finished_on: str


def write_statements(engine: Engine, target: str, built: Built, folder: Path) -> dict[str, str]:
    """Both files; says where they are and of which image."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = engine.configuration(target).digest
    bill, provenance = (folder / f"{target}.{kind}.json" for kind in ("sbom", "provenance"))
    bill.write_text(json.dumps(_bill_of_materials(target, digest, _debian_status(engine, target)), indent=1))
    provenance.write_text(json.dumps(_statement(target, digest, built), indent=1))
    return {"image": name_of(target), "digest": digest, "sbom": str(bill), "provenance": str(provenance)}


def _debian_status(engine: Engine, target: str) -> str:
    ended = engine.list_packages(target)
    if ended.code != 0 or not ended.output.strip():
        why = ended.errors.strip() or f"it ended with {ended.code} and wrote {len(ended.output)} characters"
        raise EngineRefused(f"{target}: no dpkg status in the image to list its packages from: {why}")
    return ended.output


def _bill_of_materials(target: str, digest: str, debian_status: str) -> dict[str, object]:
    """CycloneDX 1.5: every package of the image with its version; of Python's, the hashes that their lock admits."""
    subject = {"type": "container", "name": name_of(target), "version": digest}
    parts = [*_python_parts((ROOT / "requirements/services.txt").read_text()), *_debian_parts(debian_status)]
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"component": subject}, "components": parts}


def _debian_parts(status: str) -> Iterator[dict[str, object]]:
    """The paragraphs of a dpkg status; a removed package keeps a paragraph that does not say installed."""
    for paragraph in status.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
        if "Package" in fields and fields.get("Status", "installed").endswith("installed"):
            name, version = fields["Package"], fields["Version"]
            purl = f"pkg:deb/debian/{name}@{quote(version, safe=':~')}"
            yield {"type": "library", "name": name, "version": version, "purl": purl}


def _python_parts(requirements: str) -> Iterator[dict[str, object]]:
    for line in requirements.replace("\\\n", " ").splitlines():
        if "==" not in line.split("#")[0]:
            continue
        wanted, *hashes = line.split("--hash=sha256:")
        name, version = wanted.split(";")[0].strip().split("==")
        yield {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": text.strip()} for text in hashes],
        }


def _statement(target: str, digest: str, built: Built) -> dict[str, object]:
    """In-toto statement v1 with SLSA provenance v1: from which commit, recipe and bases the image was built."""
    materials = [{"uri": f"file:{path}", "digest": {"sha256": _sha256(ROOT / path)}} for path in INPUTS]
    bases = {"BUILD_IMAGE": built.bases.build_image, "RUNTIME_IMAGE": built.bases.runtime_image}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name_of(target), "digest": {"sha256": digest.removeprefix("sha256:")}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://slsa.dev/container-based-build/v0.1",
                "externalParameters": {"target": target, **bases},
                "resolvedDependencies": [{"uri": "git:.", "digest": {"gitCommit": built.commit}}, *materials],
            },
            "runDetails": {"builder": {"id": built.builder}, "metadata": {"finishedOn": built.finished_on}},
        },
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
