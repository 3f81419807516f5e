"""The machine's own asserts say what differed, as those of a test module do."""

import pytest

pytest.register_assert_rewrite("tests.properties.machine")
