"""Numbers that MongoDB keeps in 64 bits, read as plain integers: the driver reads them as a kind of its own.

No encoder takes that kind, and a test of the exact type fails for it. Whatever reads documents whose fields are not
converted to their types reads through this registry (`client.CODEC`, `client.ANY_TIME`), which costs 15 µs an answer
and 1 to 5 µs a document. Payments on the way of a decision do without: `documents.to_payment` converts all it reads.
"""

from bson.codec_options import TypeDecoder, TypeRegistry
from bson.int64 import Int64


class _PlainInt(TypeDecoder):
    bson_type = Int64

    def transform_bson(self, value: Int64) -> int:
        """The same number."""
        return int(value)


PLAIN_NUMBERS = TypeRegistry([_PlainInt()])
