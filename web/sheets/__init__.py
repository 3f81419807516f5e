"""Lists as spreadsheets: what staff see on a page, and what outsiders may take home (K2)."""
