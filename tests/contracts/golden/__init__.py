"""Old events, kept as they were stored, so that every later version can still read them.

`python -m tests.contracts.golden 0.1` wrote `0.1.json`: every kind of stored event at least once,
and what the streams came to. Once its version is released, a file is never written again: a new
kind of event, or a new version of one, gets a file of its own by a story of its own.
`tests/contracts/test_golden.py` reads them.
"""
