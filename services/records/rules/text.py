"""What may stand in a name or a title. Pure."""


def visible(text: str) -> str:
    """Return a text with single spaces; raise `ValueError`, which does not quote it, where it is not one to be read.

    That is: blank, or with characters that nobody sees or that turn what follows around.
    """
    line = " ".join(text.split())
    if not line or not line.isprintable():
        message = "not a text to be read"
        raise ValueError(message)
    return line
