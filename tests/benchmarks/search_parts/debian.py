"""Programs of Debian that the benchmark uses where it can have them."""

import os
import shutil
import subprocess


def install(package: str) -> None:
    """Install a package with apt-get if we may; whoever needs it looks whether it came."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {package}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
        subprocess.run(["apt-get", *step], env=quiet, capture_output=True, check=False)
