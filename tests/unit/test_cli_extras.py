"""Commands that come with an extra: where it is not installed, they say what to install."""

import pytest

from refunds.cli.app import absent


@pytest.mark.parametrize(("name", "extra"), [("simulate", "simulate"), ("up", "embedded"), ("demo", "embedded")])
@pytest.mark.parametrize("arguments", [(), ("--seed", "7"), ("x",)])
def test_command_whose_extra_is_missing_names_what_to_install(
    arguments: tuple[str, ...], name: str, extra: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = absent(name, extra)(*arguments)

    assert code == 1
    assert capsys.readouterr().err == (
        f"refunds: `{name}` is not installed here; install it with `pip install 'brik-refunds[{extra}]'`\n"
    )
