"""What a query may refuse at the top level; expected failures of mutations are values (`problems.py`)."""

from typing import Any, Final

from schema.common.messages import InputMistake, Language


class BadUserInput(Exception):  # noqa: N818  the name of its error code
    """An argument is wrong in a way that the type system cannot say; the text's figures are shown to programs too."""

    def __init__(self, mistake: InputMistake, **figures: Any) -> None:  # noqa: ANN401  whatever JSON can show
        super().__init__(mistake.text("en", figures))
        self.mistake: Final = mistake
        self.figures: Final = figures

    def text(self, language: Language) -> str:
        """Say it to a person."""
        return self.mistake.text(language, self.figures)
