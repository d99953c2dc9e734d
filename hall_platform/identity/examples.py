"""Examples of identity, each part's in a file of its own."""

from __future__ import annotations

from hall_platform.identity.examples_of_accounts import EXAMPLES as OF_ACCOUNTS
from hall_platform.identity.examples_of_administration import EXAMPLES as OF_ADMINISTRATION
from hall_platform.identity.examples_of_citizens import EXAMPLES as OF_CITIZENS

EXAMPLES = {**OF_ACCOUNTS, **OF_ADMINISTRATION, **OF_CITIZENS}
