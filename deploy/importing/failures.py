"""Why a file cannot be imported at all. A broken row is not among these: it is listed and left out."""


class ImportFailed(Exception):
    """Nothing, or not everything, could be imported. The message is for the person who gave the file."""


class UnreadableFile(ImportFailed):
    """The file is not what it should be: its encoding, its header, its kind."""


class BusRefused(ImportFailed):
    """The bus did not take a message. Repeating the import does no harm."""


class TooMuchVanished(ImportFailed):
    """The file lacks so much of what is known that it may not be the whole register."""


class RegisterUnknown(ImportFailed):
    """The scheduler did not say what it knows, so that nothing can be compared."""


class FileChanged(ImportFailed):
    """The file is not, or no longer, the one that was judged: a newer export was laid in its place."""
