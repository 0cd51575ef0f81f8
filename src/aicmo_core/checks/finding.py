"""What a check answers."""

from attrs import Factory, field, frozen


@frozen(order=True)
class Breach:
    """
    One boundary that is not kept, by what stays the same when lines move and words change.

    Attributes:
        rule: The name of the rule: "foreign-internal".
        key: What breaks it: "tasting.internal.adapters: other.internal".
    """

    rule: str
    key: str


@frozen
class Finding:
    """
    One boundary that is not kept, as it is told.

    Attributes:
        rule: The name of the rule: "foreign-internal".
        place: Where: a file and line, or a name of the api.
        message: What was found, what was expected, and the way out.
        key: What breaks the rule, without the line; the place, if that has none.
    """

    rule: str
    place: str
    message: str
    key: str = field(default=Factory(lambda self: self.place, takes_self=True))

    @property
    def breach(self) -> Breach:
        return Breach(self.rule, self.key)

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.rule}]"
