import os
import shutil
import socket
import stat
import sys
from pathlib import Path

import pytest

from tests.scripts.server import ROOT, copy_tree, free_port, run

SCRIPTS = ("server", "test", "prove", "lock")
# What a bare machine has; no Python among it.
BARE_TOOLS = ("sh", "df", "awk", "mkdir", "rm", "cat", "dirname", "id", "tail", "cksum", "flock")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_tree(tmp_path_factory.mktemp("scripts") / "a folder")


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    for tool in BARE_TOOLS:
        if found := shutil.which(tool):
            (tmp_path / tool).symlink_to(found)
    return tmp_path


def without_venv(tree: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "without venv"
    shutil.copytree(tree, copy, symlinks=True)
    (copy / ".venv").unlink()
    return copy


@pytest.mark.parametrize("name", [*SCRIPTS, "lib.sh"])
def test_is_posix_shell(name: str) -> None:
    shell = shutil.which("dash") or "/bin/sh"

    assert run(ROOT, shell, "-n", f"script/{name}").returncode == 0


@pytest.mark.parametrize("name", SCRIPTS)
def test_can_be_started(name: str) -> None:
    assert os.access(ROOT / "script" / name, os.X_OK)


def test_server_names_a_port_that_is_taken(tree: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(tree, "script/server", PORT=str(port))

    assert result.returncode != 0
    assert f"Port {port} is taken" in result.stderr
    assert f"PORT={port + 1} script/server" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "0"), ("PORT", "70000"), ("HOST", "192.0.2.1")],
)
def test_server_explains_an_impossible_address(tree: Path, name: str, value: str) -> None:
    result = run(tree, "script/server", **{"PORT": str(free_port()), name: value})

    assert result.returncode != 0
    assert result.stderr.startswith(f"{name} is {value!r}")
    assert len(result.stderr.splitlines()) == 1


def test_server_asks_for_python(tree: Path, tmp_path: Path, bare_path: Path) -> None:
    result = run(without_venv(tree, tmp_path), "/bin/sh", "script/server", PATH=str(bare_path))

    assert result.returncode != 0
    assert "Python 3.11, 3.12 or 3.13 is needed and no python3 was found" in result.stderr


def test_server_asks_for_the_venv_module(tree: Path, tmp_path: Path, bare_path: Path) -> None:
    python = bare_path / "python3"
    python.write_text('#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\n')
    python.chmod(0o755)

    result = run(without_venv(tree, tmp_path), "/bin/sh", "script/server", PATH=str(bare_path))

    assert result.returncode != 0
    assert "apt-get install python3-venv" in result.stderr


def test_server_remakes_half_an_environment_and_says_when_no_index_answers(
    tree: Path, tmp_path: Path
) -> None:
    copy = without_venv(tree, tmp_path)
    half_made = copy / ".venv"
    (half_made / "bin").mkdir(parents=True)
    (half_made / "bin" / "python").symlink_to(sys.executable)
    (half_made / ".unfinished").touch()
    (half_made / "left over").touch()
    offline = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": str(tmp_path),
        "PIP_INDEX_URL": f"http://127.0.0.1:{free_port()}/simple",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "1",
    }

    result = run(copy, "script/server", PORT=str(free_port()), **offline)

    assert result.returncode != 0
    assert "pip reaches no package index" in result.stderr
    assert not (half_made / "left over").exists(), "a half-made environment was used"
    assert not (copy / ".env").exists()


def test_server_says_when_it_cannot_write(tree: Path, tmp_path: Path) -> None:
    copy = without_venv(tree, tmp_path)
    shutil.rmtree(copy / "var", ignore_errors=True)
    (copy / "var").write_text("in the way")

    result = run(copy, "script/server")

    assert result.returncode != 0
    assert "/var cannot be written" in result.stderr


def test_server_keeps_settings_and_names_the_bad_one(tree: Path, tmp_path: Path) -> None:
    copy = without_venv(tree, tmp_path)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    mine = f"SECRET_KEY={'k' * 60}\nDATABASE_URL=nonsense\n"
    (copy / ".env").write_text(mine)

    result = run(copy, "script/server", PORT=str(free_port()))

    assert result.returncode != 0
    assert "DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr
    assert (copy / ".env").read_text() == mine


def test_server_makes_private_settings_once(tree: Path, tmp_path: Path) -> None:
    copy = without_venv(tree, tmp_path)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    shutil.rmtree(copy / "directory")  # the start ends after the settings are written

    run(copy, "script/server", PORT=str(free_port()))
    first = (copy / ".env").read_text()
    run(copy, "script/server", PORT=str(free_port()))

    lines = dict(line.split("=", 1) for line in first.splitlines() if "=" in line)
    assert len(lines["SECRET_KEY"]) >= 50
    assert len(lines["DEMO_CURATOR_PASSWORD"]) >= 15
    assert lines["DIRECTORY_DEMO"] == "1"
    assert stat.S_IMODE((copy / ".env").stat().st_mode) == 0o600
    assert (copy / ".env").read_text() == first


def test_prove_lists_each_proof_with_what_it_proves() -> None:
    result = run(ROOT, "script/prove", "--list")
    proofs = {path.stem for path in (ROOT / "tests" / "proofs").glob("[a-z]*.py")}

    assert result.returncode == 0
    assert {line.split()[0] for line in result.stdout.splitlines()} == proofs
    assert all(len(line.split()) > 3 for line in result.stdout.splitlines())


def test_prove_refuses_an_unknown_proof() -> None:
    result = run(ROOT, "script/prove", "no_such_proof")

    assert result.returncode != 0
    assert "script/prove --list" in result.stderr
