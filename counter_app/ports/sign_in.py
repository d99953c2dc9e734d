"""What the pages ask of a sign-in that takes more than the password."""

from __future__ import annotations

from typing import Protocol, TypeVar

from counter_app.domain.signing_in import Enrolment, FactorKind, NextStep, Proof

Opened_co = TypeVar("Opened_co", covariant=True)


class SignInSteps(Protocol[Opened_co]):
    """Goes on with a sign-in, step by step, until a session is opened.

    Everything raises PlatformError, and SignInError: `sign_in.over` when the step is over and the
    sign-in begins anew, `sign_in.step_offline` when the platform does not answer, so that the same
    step can be tried again.
    """

    def show_factor(self, step: NextStep, proof: Proof) -> Opened_co | NextStep:
        """Show the second factor. SignInError `sign_in.factor_refused`, `sign_in.locked`."""
        ...

    def choose_password(self, step: NextStep, password: str) -> Opened_co | NextStep:
        """Set a password of one's own. SignInError `sign_in.password_…` for one that may not be."""
        ...

    def begin_enrolment(self, step: NextStep, kind: FactorKind) -> Enrolment:
        """What a new factor is made from."""
        ...

    def complete_enrolment(
        self, step: NextStep, enrolment: Enrolment, name: str, proof: Proof
    ) -> Opened_co | NextStep:
        """Show that the new factor works. SignInError `sign_in.factor_refused`."""
        ...


class SupervisorCheck(SignInSteps[bool], Protocol):
    """Whether somebody is a supervisor, by a whole sign-in of theirs of which nothing stays."""

    def sign_in(self, username: str, password: str) -> bool | NextStep:
        """Begin. Raises SignInError, PlatformError; PlatformRefused for who needs a window."""
        ...
