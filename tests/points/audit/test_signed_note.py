"""P1: signed notes as c2sp.org/signed-note has them."""

from __future__ import annotations

import pytest

from points.audit.signed_note import COSIGNATURE, PLAIN, Key, Note, VKey, signed
from points.audit.strict import Unproven, decoded, number, utf8

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm"
    "RKuwHjG1Yu72IneyaQM=\n"
)
LOG = Key.of("log.example/1", PLAIN, bytes(range(32)))
WITNESS = Key.of("witness.example", COSIGNATURE, bytes(32))
TEXT = "a text\n\nwith an empty line\n"


def test_the_example_of_the_specification_holds() -> None:
    key = VKey.parse(EXAMPLE_KEY)
    note = Note.parse(EXAMPLE)

    assert note.verify([key]) == {key: 0}
    assert note.text == "This is an example message.\n"
    assert str(note) == EXAMPLE
    assert str(key) == EXAMPLE_KEY


def test_what_two_keys_signed_is_found_with_its_time() -> None:
    note = Note.parse(signed(TEXT, LOG.line(TEXT), WITNESS.line(TEXT, 1234)))

    assert note.text == TEXT
    assert note.verify([LOG.vkey, WITNESS.vkey]) == {LOG.vkey: 0, WITNESS.vkey: 1234}
    assert note.verify([VKey.parse(EXAMPLE_KEY)]) == {}


def test_a_key_in_a_file_comes_back() -> None:
    for key in (LOG, WITNESS):
        assert Key.parse(key.private) == key
        assert VKey.parse(str(key.vkey)) == key.vkey


def test_one_key_for_two_kinds_has_two_ids() -> None:
    assert Key.of("a", PLAIN, bytes(32)).vkey.id != Key.of("a", COSIGNATURE, bytes(32)).vkey.id


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    note = Note.parse(signed(TEXT, LOG.line(TEXT), WITNESS.line("another text\n", 1)))
    with pytest.raises(Unproven, match="witness"):
        note.verify([LOG.vkey, WITNESS.vkey])


def test_the_time_of_a_cosignature_is_signed_too() -> None:
    line = WITNESS.line(TEXT, 1000)
    late = Note.parse(signed(TEXT, line)).signatures[0].data
    moved = (1001).to_bytes(8, "big") + late[8:]
    with pytest.raises(Unproven):
        WITNESS.vkey.verify(TEXT, moved)
    with pytest.raises(Unproven):
        WITNESS.vkey.verify(TEXT, b"\xff" * 8 + late[8:])
    with pytest.raises(Unproven):
        WITNESS.vkey.verify(TEXT, b"short")


LINE = LOG.line(TEXT)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        "\n" + LINE,
        "\n\n" + LINE,
        "text\n" + LINE,
        "text\n\n",
        "text\n\n" + LINE.rstrip("\n"),
        "text\n\n" + LINE + "\n",
        "text\n\n" + LINE + LINE,
        "text\n\n" + LINE.replace("—", "-"),
        "text\n\n" + LINE.replace("— ", "—"),
        "text\n\n" + LINE.replace(" ", "  "),
        "text\n\n" + LINE.replace("\n", " \n"),
        "text\n\n" + LINE.replace("\n", "\r\n"),
        "te\txt\n\n" + LINE,
        "te\0xt\n\n" + LINE,
        "te\ud800xt\n\n" + LINE,
        "text\n\n" + LINE.replace("log.example", "log+example"),
        "text\n\n" + LINE.replace("log.example", "log\u3000example"),
        "text\n\n— log.example/1 AAAAAA==\n",
        "text\n\n— log.example/1 AAAAAAB=\n",
        "text\n\n— log.example/1 AAAAAAA\n",
        "text\n\n" + "".join(f"— log.example/{at} AAAAAAAA\n" for at in range(65)),
        "t" * 100_000 + "\n\n" + LINE,
    ],
)
def test_a_note_is_written_in_one_way(note: str) -> None:
    with pytest.raises(Unproven):
        Note.parse(note)


def test_sixty_four_signatures_are_read() -> None:
    lines = "".join(f"— log.example/{at} AAAAAAAA\n" for at in range(64))
    assert len(Note.parse("text\n\n" + lines).signatures) == 64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("example", "exemple"),
        EXAMPLE_KEY.removesuffix("k") + "l",
        EXAMPLE_KEY.removesuffix("2k"),
        EXAMPLE_KEY + "\n",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_a_verifier_key_is_written_in_one_way(text: str) -> None:
    with pytest.raises(Unproven):
        VKey.parse(text)


@pytest.mark.parametrize(
    ("name", "kind", "public"),
    [
        ("", PLAIN, bytes(32)),
        ("a b", PLAIN, bytes(32)),
        ("a+b", PLAIN, bytes(32)),
        ("a\0b", PLAIN, bytes(32)),
        ("a", 2, bytes(32)),
        ("a", 6, bytes(32)),
        ("a", PLAIN, bytes(31)),
    ],
)
def test_there_are_no_other_keys(name: str, kind: int, public: bytes) -> None:
    with pytest.raises(Unproven):
        VKey(name, kind, public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        LOG.private.removeprefix("PRIVATE+KEY+"),
        LOG.private + "=",
        LOG.private.replace("log", "lag"),
        "PRIVATE+KEY+a",
    ],
)
def test_a_private_key_is_written_in_one_way(text: str) -> None:
    with pytest.raises(Unproven):
        Key.parse(text)


@pytest.mark.parametrize("text", ["", "01", "+1", "-1", "1 ", "１", "1_0", "9223372036854775808"])
def test_a_number_is_written_in_one_way(text: str) -> None:
    with pytest.raises(Unproven):
        number(text)


def test_the_largest_number_is_read() -> None:
    assert number("9223372036854775807") == 2**63 - 1


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", " QQ==", "QQ-_", "é", "QQ="])
def test_base64_is_written_in_one_way(text: str) -> None:
    with pytest.raises(Unproven):
        decoded(text)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Unproven):
        utf8(b"\xff")
