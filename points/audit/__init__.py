"""What lets a stranger check the ledger: transparency log, checkpoints, proofs, exports.

Formats are those of C2SP (c2sp.org): signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof,
tlog-tiles, tlog-policy; the tree is that of RFC 6962. Parsers are strict: what they take is what
they would write.
"""
