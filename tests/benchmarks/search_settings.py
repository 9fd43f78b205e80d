"""The site's settings on a scratch database, with an empty view beside its own pages."""

import os
from pathlib import Path

from directory.settings import *  # noqa: F403
from directory.settings import BASE_DIR, STORAGES

ROOT_URLCONF = "tests.benchmarks.search_addresses"
INDEX_DIR = Path(os.environ["PROOF_FOLDER"]) / "index"
# Nothing is collected into the repository.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = BASE_DIR / "listings" / "static"
