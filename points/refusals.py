"""How the house says no."""

from __future__ import annotations


class Refusal(Exception):
    """A rule that was not met: a `code` for programs, `facts` for the sentence shown.

    The code is the contract; the sentence comes from a catalogue in the front. Each refusal
    stands beside the rule it guards.
    """

    code = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts
