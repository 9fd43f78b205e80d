"""The application as each of granian's workers loads it: no worker outlives its server.

When granian's main process is killed outright, its workers would go on serving and keep the port.
Linux can end a process together with its parent (prctl(2), PR_SET_PDEATHSIG); elsewhere a killed
server's workers have to be stopped by hand.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys

from directory.wsgi import application
from listings.web.warm_up import warm_up_in_background

__all__ = ["application", "end_with_parent"]

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask Linux to kill this process when the one that started it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have died before it could be asked for.
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid != os.getppid():
        sys.exit("The server has ended before its worker started.")


end_with_parent()
# What is imported stays for good. If the collector looked at it with all the rest, some visitor
# would wait a tenth of a second longer every few hundred pages.
gc.collect()
gc.freeze()
warm_up_in_background()
