"""The project's settings, read without anybody's own ``.env``, so that every run is the same."""

import os

os.environ["DIRECTORY_ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 4)
os.environ["REDIS_URL"] = ""
os.environ.setdefault("DATABASE_URL", "sqlite:///var/test.sqlite3")

from directory.settings import *  # noqa: F403
from directory.settings import BASE_DIR, STORAGES

# Nothing needs to be collected before a page can be drawn.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = BASE_DIR / "listings" / "static"

# Each test has a database of its own, so each process keeps its own index.
INDEX_DIR = None
