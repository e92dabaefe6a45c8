"""How many examples a test with made-up input takes.

A few hundred in a few seconds. More: FUZZ_EXAMPLES=10000 pytest -n 0 tests/test_..._fuzz.py
"""

import os

from hypothesis import HealthCheck, settings

MANY = int(os.environ.get("FUZZ_EXAMPLES", "0"))


def often(examples):
    calm = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
    return settings(max_examples=MANY or examples, derandomize=not MANY, **calm)
