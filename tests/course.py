"""The old names, until every test uses the new ones: see tests/README.md."""

from claims import Claim  # noqa: F401
from layout import *  # noqa: F403
from layout import text_of as read  # noqa: F401
from missing import lacks, needs  # noqa: F401
from outputs import *  # noqa: F403
from outputs import difference as differs  # noqa: F401
from outputs import own_lines as said  # noqa: F401
from pages import *  # noqa: F403
from pages import missing_for as missing  # noqa: F401
from pages import parsed_check as check  # noqa: F401
from pages import selected as select  # noqa: F401
from running import *  # noqa: F403
from running import completed as run  # noqa: F401
from running import completed_all as run_all  # noqa: F401
from running import output_of as output  # noqa: F401
from running import output_of_program as program  # noqa: F401
from running import result_in_copy as run_in_copy  # noqa: F401
from running import started as start  # noqa: F401
from situations import ASCII, Situation  # noqa: F401
from situations import faults as judge  # noqa: F401

NEEDS_MORE, NO_INTERNET = 69, 75
