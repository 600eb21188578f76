"""Whatever is done to a stored anchor is found, even by who has the key, and never followed."""

from collections.abc import Awaitable, Callable

import pytest
from tests.contract.audit.anchor_keepers import Keeper, anchored, heads_at

from refunds.ports.audit.anchors import AnchorBroken


async def change_a_head(keeper: Keeper) -> None:
    heads = (await keeper.body(3)).heads
    await keeper.forge(3, heads=[(heads[0][0], heads[0][1], "f" * 64), *heads[1:]])


async def remove_a_chain(keeper: Keeper) -> None:
    await keeper.forge(1, heads=(await keeper.body(1)).heads[1:])


async def remove_an_anchor(keeper: Keeper) -> None:
    await keeper.remove(1, 3)


async def exchange_two(keeper: Keeper) -> None:
    third, fourth = await keeper.read(1, 3), await keeper.read(1, 4)
    await keeper.write(1, 3, fourth)
    await keeper.write(1, 4, third)


async def exchange_what_two_say(keeper: Keeper) -> None:
    third, fourth = await keeper.body(3), await keeper.body(4)
    await keeper.forge(3, heads=fourth.heads, root=fourth.root)
    await keeper.forge(4, heads=third.heads, root=third.root)


async def alter_a_root(keeper: Keeper) -> None:
    await keeper.forge(5, root="0" * 64)


async def alter_an_earlier_root(keeper: Keeper) -> None:
    await keeper.forge(3, root="0" * 64)


async def leave_out_what_moved(keeper: Keeper) -> None:
    await keeper.forge(5, heads=(await keeper.body(5)).heads[1:])


async def spoil_a_mac(keeper: Keeper) -> None:
    await keeper.write(1, 5, b"00" + (await keeper.read(1, 5))[2:])


@pytest.mark.parametrize(
    "tamper",
    [
        change_a_head,
        remove_a_chain,
        remove_an_anchor,
        exchange_two,
        exchange_what_two_say,
        alter_a_root,
        alter_an_earlier_root,
        leave_out_what_moved,
        spoil_a_mac,
    ],
)
async def test_what_was_done_to_an_anchor_is_found_even_with_the_key_and_never_followed(
    keeper: Keeper, tamper: Callable[[Keeper], Awaitable[None]]
) -> None:
    await anchored(keeper)

    await tamper(keeper)

    with pytest.raises(AnchorBroken):
        await keeper.open().latest()
    with pytest.raises(AnchorBroken):
        await keeper.open().append(heads_at(5))
