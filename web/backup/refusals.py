"""Why a backup is not taken, or not put in place."""

from __future__ import annotations

from points.refusals import Refusal


class NotOnSqlite(Refusal):
    """PostgreSQL has its own tool: deploy/pgbackrest."""

    code = "backup-not-sqlite"


class AlreadyThere(Refusal):
    """Nothing is written over."""

    code = "target-not-empty"


class NothingThere(Refusal):
    """No database to copy, or no backup to restore."""

    code = "backup-not-there"


class Damaged(Refusal):
    """A file of the backup is not what the manifest says, or is no sound database."""

    code = "backup-damaged"


class OtherLayout(Refusal):
    """One file for all, or a file for each county: a backup goes back as it was."""

    code = "backup-other-layout"


class KeysBeside(Refusal):
    """Whoever finds the copy must not find the keys with it (decision 0006)."""

    code = "backup-keys-beside"


class EntriesMissing(Refusal):
    """The published checkpoint knows more events than the backup holds."""

    code = "entries-missing"


class BoardDiffers(Refusal):
    """The backup holds other events than those that were published."""

    code = "board-differs"


class BoardUnproven(Refusal):
    """What was given as the board's checkpoint is not one, or not signed as the policy asks."""

    code = "board-unproven"


class NotSound(Refusal):
    """`check` found something in the restored history."""

    code = "restored-not-sound"
