"""contract/ holds what the API and the event bus really give, so that a change of it is seen in a review."""

from tests.service.public_contract.contract_files import CONTRACT, contract_files


async def test_files_of_the_contract_are_what_the_product_gives() -> None:
    given = await contract_files()
    present = [CONTRACT / "openapi.json", *(CONTRACT / "events").glob("*.json")]
    kept = {str(path.relative_to(CONTRACT)): path.read_text(encoding="utf-8") for path in present}

    assert sorted(kept) == sorted(given), "run `python -m tests.service.public_contract.contract_files`"
    for name, text in given.items():
        assert kept[name] == text, f"contract/{name}: run `python -m tests.service.public_contract.contract_files`"
