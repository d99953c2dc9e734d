"""The steps of a sign-in over HTTP (`ports.SignInSteps`), alike for whoever signs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from counter_app.domain.outgoing import canonical
from counter_app.domain.signing_in import Enrolment, FactorKind, NextStep, Proof
from counter_app.errors import PlatformUnreachable, SignInError
from counter_app.platform_link import shapes
from counter_app.platform_link.link import Link, checked

Opened = TypeVar("Opened")


class SteppedSignIn(Generic[Opened]):
    """What goes on behind the password; `_opened` says what a session is to those who ask."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def show_factor(self, step: NextStep, proof: Proof) -> Opened | NextStep:
        """As promised by SignInSteps."""
        return self._go_on("/v1/sessions/second-factor", step, _shown(proof))

    def choose_password(self, step: NextStep, password: str) -> Opened | NextStep:
        """As promised by SignInSteps."""
        return self._go_on("/v1/sessions/new-password", step, {"new_password": password})

    def begin_enrolment(self, step: NextStep, kind: FactorKind) -> Enrolment:
        """As promised by SignInSteps."""
        body = canonical({"sign_in": step.handle, "kind": kind.value})
        try:
            answer = self._link.ask("POST", "/v1/sessions/enrolments", body)
        except PlatformUnreachable as unreachable:
            raise SignInError("sign_in.step_offline", cause=unreachable.code) from unreachable
        begun = shapes.decoded(checked(answer, 201, signing_in=True), shapes.EnrolmentAnswer)
        return Enrolment(begun.enrolment, begun.kind, begun.secret, begun.uri, begun.options)

    def complete_enrolment(
        self, step: NextStep, enrolment: Enrolment, name: str, proof: Proof
    ) -> Opened | NextStep:
        """As promised by SignInSteps."""
        body = {"enrolment": enrolment.id, "name": name, **_shown(proof)}
        return self._go_on("/v1/sessions/enrolments/completion", step, body)

    def _go_on(self, path: str, step: NextStep, body: Mapping[str, object]) -> Opened | NextStep:
        try:
            found = self._link.enter(path, {"sign_in": step.handle, **body})
            return self._opened_or_next(found)
        except PlatformUnreachable as unreachable:
            raise SignInError("sign_in.step_offline", cause=unreachable.code) from unreachable

    def _opened_or_next(self, found: shapes.SignedIn | NextStep) -> Opened | NextStep:
        return found if isinstance(found, NextStep) else self._opened(found)

    def _opened(self, signed_in: shapes.SignedIn) -> Opened:
        raise NotImplementedError


def _shown(proof: Proof) -> dict[str, object]:
    return {"code": proof.code, "credential": proof.credential}
