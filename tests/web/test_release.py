"""The release is another one as soon as anything is that a page is made of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from listings.web import release as module
from listings.web.release import release


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    release.cache_clear()
    yield
    release.cache_clear()


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> Path:
    """A small project with one file in each folder."""
    settings.BASE_DIR = tmp_path
    for name in ("directory/settings.py", "listings/views/find.py", "templates/base.html"):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text(name)
    return tmp_path


def anew() -> str:
    release.cache_clear()
    return release()


def test_it_is_read_once_and_names_this_code(site: Path) -> None:
    first = release()
    assert len(first) == 16
    (site / "templates" / "base.html").write_text("changed")
    assert release() == first
    assert anew() != first


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("listings/views/find.py", "changed"),
        ("templates/base.html", "templates/base.htm"),
        ("directory/settings.py", ""),
        ("listings/taxonomy/terms/type.toml", "new"),
        ("listings/locale/es/LC_MESSAGES/django.mo", "new"),
        ("templates/new.html", ""),
    ],
)
def test_code_and_templates_are_in_it(site: Path, name: str, content: str) -> None:
    first = release()
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text(content)
    assert anew() != first


def test_dates_and_compiled_files_are_not(site: Path) -> None:
    first = release()
    (site / "listings" / "views" / "find.py").touch()
    (site / "listings" / "views" / "find.pyc").write_bytes(b"compiled")
    (site / "var").mkdir()
    (site / "var" / "made.py").write_text("made")
    assert anew() == first


def test_a_file_that_moved_is(site: Path) -> None:
    first = release()
    (site / "templates" / "base.html").rename(site / "templates" / "bare.html")
    assert anew() != first


@pytest.mark.parametrize(
    ("name", "value"),
    [("SITE_NAME", "Another"), ("HOME_COUNTRY", "CA"), ("DIRECTORY_DEMO", "other")],
)
def test_settings_that_pages_show_are(
    site: Path, settings: Settings, name: str, value: object
) -> None:
    first = release()
    setattr(settings, name, not settings.DIRECTORY_DEMO if value == "other" else value)
    assert anew() != first


def test_static_files_are(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = release()
    monkeypatch.setattr(module.staticfiles_storage, "manifest_hash", "f00d", raising=False)
    assert anew() != first
