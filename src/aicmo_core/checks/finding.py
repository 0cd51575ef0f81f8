"""What a check answers."""

from attrs import frozen


@frozen
class Finding:
    """
    One boundary that is not kept.

    Attributes:
        rule: The name of the rule: "foreign-internal".
        place: Where: a file and line, or a name of the api.
        message: What was found, what was expected, and the way out.
    """

    rule: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.rule}]"
