"""Copies of an installation on SQLite, and the way back; nothing is put in place unproven."""
