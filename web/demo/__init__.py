"""An invented county, played through the ledger's own commands, day by day until today.

Different named people propose and sign; every event is marked synthetic in its envelope, and every
place is called 示例. The same seed on the same day gives the same numbers.
"""

from web.demo.fill import fill
from web.demo.filled import Filled

__all__ = ["Filled", "fill"]
