"""Reads MongoDB's 64-bit numbers as plain integers; the driver returns a type of its own.

Encoders refuse that type, and exact type checks fail. Reads whose fields are not converted to their types use this
registry (`client.CODEC`, `client.ANY_TIME`), which costs 15 µs per answer and 1 to 5 µs per document. Payments that are
read for a decision do not need it: `documents.to_payment` converts all fields.
"""

from bson.codec_options import TypeDecoder, TypeRegistry
from bson.int64 import Int64


class _PlainInt(TypeDecoder):
    bson_type = Int64

    def transform_bson(self, value: Int64) -> int:
        """Returns the same number as a plain integer."""
        return int(value)


PLAIN_NUMBERS = TypeRegistry([_PlainInt()])
