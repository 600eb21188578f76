"""Reads MongoDB's 64-bit numbers as plain integers; the driver returns a type of its own.

Encoders refuse that type, and exact type checks fail. Reads of documents whose fields are not converted to their types
use this registry (`client.CODEC`, `client.ANY_TIME`), which costs 15 µs an answer and 1 to 5 µs a document. Payments
that are read for a decision do without: `documents.to_payment` converts all fields.
"""

from bson.codec_options import TypeDecoder, TypeRegistry
from bson.int64 import Int64


class _PlainInt(TypeDecoder):
    bson_type = Int64

    def transform_bson(self, value: Int64) -> int:
        """The same number."""
        return int(value)


PLAIN_NUMBERS = TypeRegistry([_PlainInt()])
