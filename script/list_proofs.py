"""Print each proof of tests/proofs with the first line of its docstring; --names: names alone."""

import ast
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "proofs"


def main(names_only: bool) -> None:
    """Print one proof a line, in order of name."""
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        about = docstring.partition("\n")[0]
        print(path.stem if names_only else f"{path.stem:<16}{about}")


if __name__ == "__main__":
    main("--names" in sys.argv[1:])
