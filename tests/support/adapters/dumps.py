"""What an earlier release stored, kept under tests/data/stored by `scripts/dump-stored`, put back as it was."""

import tarfile
from pathlib import Path
from typing import Any

import bson
from bson import json_util
from bson.codec_options import CodecOptions
from pymongo import MongoClient

STORED = Path(__file__).parents[2] / "data" / "stored"
BYTES_MAX = 1024 * 1024
CODEC: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)

DUMPS = tuple(sorted(path for path in STORED.glob("*.tar.xz") if not path.name.startswith("code-")))


def content_of(dump: Path, name: str) -> bytes:
    """One file of a dump."""
    with tarfile.open(dump) as archive:
        return _content(archive, name)


def put_back(dump: Path, folder: Path, mongodb_uri: str, database: str) -> None:
    """The data folder without its servers' files, and the database with its options, indexes and documents."""
    with tarfile.open(dump) as archive:
        names = archive.getnames()
        for name in names:
            if name.startswith("folder/"):
                place = folder / name.removeprefix("folder/")
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                place.write_bytes(_content(archive, name))
                place.chmod(0o600)
        described = json_util.loads(_content(archive, "collections.json"))
        with MongoClient[dict[str, Any]](mongodb_uri) as client:
            for name, found in described.items():
                collection = client[database].create_collection(name, **found["options"])
                documents = bson.decode_all(_content(archive, f"collections/{name}.bson"), CODEC)
                if documents:
                    collection.insert_many(documents)
                if found["indexes"]:
                    client[database].command("createIndexes", name, indexes=found["indexes"])


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    assert member is not None
    return member.read()
