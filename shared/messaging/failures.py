"""The two kinds of failure of a handler. Anything else is a bug: loud, and retried like a transient one."""


class Permanent(Exception):
    """Trying again cannot help: the message goes to the dead queue with this reason."""


class Transient(Exception):
    """Trying again later may help: the message comes back after a pause."""
