"""P1: a policy file says whom to believe, and how many of them (c2sp.org/tlog-policy)."""

from __future__ import annotations

import pytest

from points.audit.policy import Policy
from points.audit.signed_note import COSIGNATURE, PLAIN, Key
from points.audit.strict import Unproven
from tests.points.audit.cast import LOG, WITNESSES, checkpoint, leaves

NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {
    name: Key.of(f"{name}.example", COSIGNATURE, bytes([at + 40]) * 32)
    for at, name in enumerate(NAMES)
}
WITNESS_LINES = "".join(f"witness {name} {KEYS[name].vkey}\n" for name in NAMES)
EXAMPLE = f"""\
# of the specification, with blanks
\tlog   {LOG.vkey} https://log.example

{WITNESS_LINES}
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_the_example_of_the_specification() -> None:
    policy = Policy.parse(EXAMPLE)

    assert policy.logs[0].vkey == LOG.vkey
    assert policy.logs[0].url == "https://log.example"
    assert policy.witnesses["X1"].vkey == KEYS["X1"].vkey
    assert policy.is_enough({"X1", "X3", "Y2"})
    assert not policy.is_enough({"X1", "X2", "X3"})
    assert not policy.is_enough({"X1", "Y1", "Y2", "Y3"})


def test_no_witness_is_asked_for_by_none() -> None:
    policy = Policy.parse(f"log {LOG.vkey}\nquorum none\n")
    assert policy.believe(checkpoint(leaves(4), cosigned=())).cosigned == {}


def test_one_witness_can_be_the_quorum() -> None:
    auditor = WITNESSES["auditor"].vkey
    policy = Policy.parse(f"log {LOG.vkey}\nwitness a {auditor}\nquorum a\n")
    assert list(policy.believe(checkpoint(leaves(4))).cosigned) == ["a"]
    with pytest.raises(Unproven):
        policy.believe(checkpoint(leaves(4), cosigned=("township",)))


def test_a_log_that_changes_its_key_is_believed_under_either() -> None:
    newer = Key.of(LOG.vkey.name, PLAIN, bytes(32)).vkey
    policy = Policy.parse(f"log {newer}\nlog {LOG.vkey}\nquorum none\n")
    assert policy.believe(checkpoint(leaves(4))).checkpoint.size == 4


def test_our_line_names_a_key_that_signs_saves() -> None:
    key_id, public = "0f" * 16, "A" * 43 + "="
    policy = Policy.parse(f"# process {key_id} {public}\nquorum none\n")
    assert policy.processes == {key_id: bytes(32)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum X-and-Y\n", ""),
        ("quorum X-and-Y\n", "quorum X-and-Y"),
        ("quorum X-and-Y\n", "quorum X-and-Y\nquorum X-and-Y\n"),
        ("quorum X-and-Y", "quorum Z"),
        ("quorum X-and-Y", "quorum X-and-Y more"),
        ("quorum X-and-Y", "Quorum X-and-Y"),
        ("2 X1 X2 X3", "4 X1 X2 X3"),
        ("2 X1 X2 X3", "0 X1 X2 X3"),
        ("2 X1 X2 X3", "02 X1 X2 X3"),
        ("2 X1 X2 X3", "two X1 X2 X3"),
        ("2 X1 X2 X3", "all"),
        ("2 X1 X2 X3", "2 X1 X2 X2"),
        ("2 X1 X2 X3", "2 X1 X2 none"),
        ("any Y1 Y2 Y3", "any X1 Y2 Y3"),
        ("any Y1 Y2 Y3", "any Y-witnesses"),
        ("group Y-witnesses", "group X1"),
        ("witness X2", "witness X1"),
        ("witness X2", "witness none"),
        (str(KEYS["X2"].vkey), str(KEYS["X1"].vkey)),
        (str(KEYS["X2"].vkey), str(LOG.vkey)),
        (str(LOG.vkey), str(KEYS["X1"].vkey)),
        (f"{LOG.vkey} https://log.example", f"{LOG.vkey} https://log.example more"),
        (f"{LOG.vkey} https://log.example", f"{LOG.vkey}\nlog {LOG.vkey}"),
        ("# of", "# of\r"),
        ("# of", "of"),
        ("# of the", f"# process {'0' * 32} AAAA\n# of the"),
        ("# of the", f"# process {'0' * 31} {'A' * 43}=\n# of the"),
        ("# of the", f"# process {'0' * 32} {'A' * 43}=\n" * 2 + "# of the"),
    ],
)
def test_a_policy_is_written_as_the_specification_says(old: str, new: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(Unproven):
        Policy.parse(EXAMPLE.replace(old, new, 1))
