"""Who may do what: users, sessions, tokens, PINs, regions, and one `authorize`."""
