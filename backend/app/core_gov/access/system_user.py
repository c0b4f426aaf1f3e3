"""Operating-system user of this process."""

import getpass
import os
import sys


def system_user() -> str:
    """Return the operating-system user of this process, who is the actor if no token is needed.

    Ask the system itself, because environment variables can be set to anything.
    """
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd

    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run under a uid without a name
        return f"uid-{uid}"
