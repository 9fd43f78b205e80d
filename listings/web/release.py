"""A name for all that a page is made of besides the catalogue: code, templates, static files."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

FOLDERS = ("directory", "listings", "templates")
SUFFIXES = {".py", ".html", ".toml", ".mo"}
SHOWN_SETTINGS = ("DIRECTORY_DEMO", "HOME_COUNTRY", "SITE_NAME")
"""Settings of the environment that pages show or that choose what they show."""


@cache
def release() -> str:
    """Sixteen hexadecimal digits, the same wherever the same release runs with the same settings.

    It is made from contents, not from dates of files, so that nodes agree that were installed
    apart; once a process, because code that changed under a running process is not yet what runs.
    """
    told = hashlib.sha256()
    for name, content in _parts():
        told.update(b"%d %d\n" % (len(name), len(content)) + name + content)
    return told.hexdigest()[:16]


def _parts() -> Iterator[tuple[bytes, bytes]]:
    root = Path(settings.BASE_DIR)
    files = (file for folder in FOLDERS for file in (root / folder).rglob("*"))
    for file in sorted(file for file in files if file.suffix in SUFFIXES and file.is_file()):
        yield str(file.relative_to(root)).encode(), file.read_bytes()
    for name in SHOWN_SETTINGS:
        yield name.encode(), repr(getattr(settings, name)).encode()
    # Pages link to static files by names that hold their hashes; only collected ones have them.
    yield b"static files", str(getattr(staticfiles_storage, "manifest_hash", "")).encode()
