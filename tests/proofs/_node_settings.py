"""The site's settings on a scratch database; the index lies in the folder of the proof."""

import os
from pathlib import Path

from directory.settings import *  # noqa: F403
from directory.settings import BASE_DIR, STORAGES

INDEX_DIR = Path(os.environ["PROOF_FOLDER"]) / "index"
# Nothing is collected into the repository.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = BASE_DIR / "listings" / "static"
