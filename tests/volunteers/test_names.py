"""Names and numbers have one way of being written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.names import has_initials, masked, plain_name
from volunteers.numbers import external, is_local, plain_number, village_and_local, within


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张桂英", "张*英"), ("高花", "高*"), ("欧阳桂英", "欧**英"), ("李", "李"), ("", "")],
)
def test_a_name_is_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


@given(st.text(alphabet="张桂英王李欧阳·", min_size=3, max_size=12))
def test_a_masked_name_has_the_same_length_and_hides_the_middle(name: str) -> None:
    assert len(masked(name)) == len(name)
    assert set(masked(name)[1:-1]) == {"*"}


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("  高\u3000花", "高花"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("Ｌｉ", "Li"),
    ],
)
def test_a_name_is_written_one_way(written: str, plain: str) -> None:
    assert plain_name(written) == plain


@given(st.text())
def test_plain_writing_is_settled(text: str) -> None:
    assert plain_name(plain_name(text)) == plain_name(text)
    assert plain_number(plain_number(text)) == plain_number(text)


@pytest.mark.parametrize(
    ("name", "letters", "answers"),
    [
        ("张桂英", "zgy", True),
        ("张桂英", "Z", True),
        ("张桂英", "zyg", False),
        ("曾国强", "zgq", True),
        ("高花", "ghx", False),
        ("Ａ花", "ah", False),
    ],
)
def test_initials(name: str, letters: str, answers: bool) -> None:
    assert has_initials(name, letters) is answers


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Ａ００５", "A005"), (" B016", "B016"), ("b009", "B009"), ("a－1", "A-1"), ("a—1", "A-1")],
)
def test_a_number_is_written_one_way(written: str, plain: str) -> None:
    assert plain_number(written) == plain


def test_the_external_number_holds_village_and_paper_number() -> None:
    assert external("999901100201", "A001") == "999901100201-A001"
    assert village_and_local("999901100201-A-01") == ("999901100201", "A-01")
    assert village_and_local("A001") is None
    assert is_local("A001")
    assert not is_local("A/1")
    assert within("999901100") == ("999901100000", "999901100999")
