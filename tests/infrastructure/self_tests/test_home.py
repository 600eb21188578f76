"""No Terraform of the tests writes below the home folder, which is its owner's and shared by all clones."""

from pathlib import Path

from tests.infrastructure.support.terraform import Terraform, terraform_version

HERE = Path(__file__).parents[1]
ROOT = """variable "greeting" {
  type    = string
  default = "hello"
}

resource "terraform_data" "this" {
  input = var.greeting
}
"""


def test_terraform_leaves_the_home_folder_untouched(tmp_path: Path, plugin_cache: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "root"
    home.mkdir()
    root.mkdir()
    (root / "main.tf").write_text(ROOT, encoding="utf-8")
    terraform = Terraform(folder=root, cache=plugin_cache, environ={"HOME": str(home)})

    assert terraform_version(HOME=str(home)) is not None
    terraform.init()
    terraform.validate()
    terraform.apply()
    terraform.plan()
    terraform.destroy()

    assert list(home.iterdir()) == []


def test_every_start_of_terraform_gives_it_that_environment() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in HERE.rglob("*.py") if path != Path(__file__)}

    without = [
        str(path.relative_to(HERE))
        for path, text in sources.items()
        if "terraform_path()" in text and "subprocess." in text and "terraform_environ(" not in text
    ]

    assert without == []
