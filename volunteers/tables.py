"""The tables of people and households of one county. Kept tables: migrations alter them, no
rebuild does. Everything personal in them is sealed, or a keyed hash of what is sealed.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

people = MetaData()

vault_keys = Table(
    "vault_keys",
    people,
    Column("subject", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
"""One key per subject, wrapped by the vault key. Without its row a subject is unreadable."""

vault_fields = Table(
    "vault_fields",
    people,
    Column("subject", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""The last version of each field; an older one is not kept."""

households = Table(
    "households",
    people,
    Column("number", Text, primary_key=True),  # village code, dash, local_no
    Column("village", Text, nullable=False, index=True),
    Column("local_no", Text, nullable=False, index=True),
    Column("grp", Text, nullable=False),
    Column("size", Integer),
    Column("head_token", LargeBinary, index=True),
    Column("phone_token", LargeBinary, index=True),
    Column("erased_at", Text),
)
"""The register of households. Head and phone are in the vault; here are only keyed hashes."""

imports = Table(
    "imports",
    people,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("state", Text, nullable=False),  # pending, confirmed, refused
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Text),
)
"""Registers that were read and wait for, or had, a second person. Their rows and the file's name
are in the vault under the subject `import:` + id until they are decided."""
