"""Whether somebody is a supervisor, by a whole sign-in of theirs of which nothing stays."""

from __future__ import annotations

from contextlib import suppress

from counter_app.domain.signing_in import NextStep
from counter_app.errors import HallError
from counter_app.platform_link import shapes
from counter_app.platform_link.sign_in_steps import SteppedSignIn


class HttpSupervisorCheck(SteppedSignIn[bool]):
    """`ports.SupervisorCheck` over a link; whoever signed in is signed out again at once."""

    def sign_in(self, username: str, password: str) -> bool | NextStep:
        """As promised by SupervisorCheck."""
        return self._opened_or_next(self._link.sign_in(username, password, None))

    def _opened(self, signed_in: shapes.SignedIn) -> bool:
        with suppress(HallError):  # it ends by itself
            self._link.sign_out(signed_in.session)
        return "supervisor" in signed_in.operator.roles
