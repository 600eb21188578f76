"""Audit chains held against their heads at an earlier moment: a chain only ever grows. Pure.

Called before an anchor is added and by verification. `stored` are the links that stand at the anchored places now.
"""

from collections.abc import Iterator, Mapping, Sequence

from refunds.domain.audit import ChainHead


def left_behind(
    anchored: Sequence[ChainHead], heads: Mapping[str, ChainHead], stored: Mapping[str, ChainHead]
) -> Iterator[str]:
    """A line for every chain that is gone, shorter than it was, or other at the anchored place."""
    for anchor in anchored:
        head, found = heads.get(anchor.chain), stored.get(anchor.chain)
        if head is None:
            yield f"{anchor.chain}: is gone, had {anchor.seq} records when it was anchored"
        elif head.seq < anchor.seq:
            yield f"{anchor.chain}: ends at record {head.seq}, had {anchor.seq} when it was anchored"
        elif found is None or found.hash != anchor.hash or (head.seq == anchor.seq and head.hash != anchor.hash):
            yield f"{anchor.chain}: record {anchor.seq} is not the one that was anchored"
