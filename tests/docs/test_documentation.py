"""The documents say what there is: every command, every setting, every source, every link."""

import ast
import re
from pathlib import Path

import pytest

from listings.exchange.readers import READERS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "listings").rglob("*.md")]
)
COMMANDS = sorted(
    path.stem
    for path in (ROOT / "listings" / "management" / "commands").glob("*.py")
    if not path.stem.startswith("_")
)
# Made by a person with a browser once the pages are finished.
NOT_TEXT = {".png"}


def settings_read() -> dict[str, str]:
    """Variable → default as settings.py reads them, found in its syntax tree."""
    found = {}
    tree = ast.parse((ROOT / "directory" / "settings.py").read_text(encoding="utf-8"))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.args[0] if call.args else None
        if not isinstance(name, ast.Constant) or not re.fullmatch(r"[A-Z_]{2,}", str(name.value)):
            continue
        given = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "default")]
        default = given[0].value if given and isinstance(given[0], ast.Constant) else None
        if ast.unparse(call.func) in {
            "_flag", "_whole", "_list", "_country", "_secret", "_database", "_redis", "env.str",
            "os.environ.get",
        }:  # fmt: skip
            found[str(name.value)] = str(int(default) if isinstance(default, bool) else default)
    return found


def settings_documented() -> dict[str, str]:
    """Variable → default as README's table has them."""
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| .+ \|$", table, re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


def test_every_setting_is_documented():
    assert sorted(settings_read()) == sorted(settings_documented())


@pytest.mark.parametrize("name", sorted(settings_read()))
def test_defaults_are_those_of_the_code(name: str):
    default = settings_read()[name]
    if default != "None":
        assert settings_documented()[name] == (default or "empty")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str):
    assert re.search(rf"^\| `{command}` \| .+ \|$", README, re.MULTILINE)


def test_no_command_is_documented_that_is_not_there():
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("source", sorted(READERS))
def test_source_is_documented(source: str):
    assert f"| `{source}` |" in README
    assert f"(`{source}`)" in (ROOT / "docs" / "data-sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(document: Path):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target) or Path(target).suffix in NOT_TEXT:
            continue
        assert (document.parent / target).exists(), target


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_licence_is_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("BSD 3-Clause License")
    assert text.rstrip().endswith("POSSIBILITY OF SUCH DAMAGE.")
