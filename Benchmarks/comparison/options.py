"""What the command line asks for."""

from dataclasses import dataclass


@dataclass
class Options:
    """How often, and how long, everything is measured."""

    rounds: int = 2
    is_quick: bool = False

    QUICK = 5

    def scaled(self, amount: int) -> int:
        """A fifth, at least one, when it has to be quick."""
        return max(1, amount // self.QUICK) if self.is_quick else amount
