"""What a query may refuse at the top level; expected failures of mutations are values (`problems.py`)."""

from typing import Final


class BadUserInput(Exception):  # noqa: N818  the name of its error code
    """An argument is wrong in a way that the type system cannot say; `message` is for the client's developer."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message: Final = message
