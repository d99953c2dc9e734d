"""What a counter does for its own store: takes finished cases off it, checks its audit."""

from __future__ import annotations

import logging

from counter_app.ports import AuditCheck, AuditEntry, AuditFinding, Clock, Store

_log = logging.getLogger(__name__)


class Upkeep:
    """Keeps the local store short, and knows whether its audit holds together."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._check: AuditCheck | None = None

    def clear_finished(self) -> int:
        """Remove what earlier days left finished, see `Store.clear_finished`; how many cases.

        Raises StoreError.
        """
        return self._store.clear_finished(self._clock.now())

    def check_audit(self) -> AuditFinding | None:
        """Check some more of the audit; the finding once it is checked whole.

        One thread calls it until then. A chain that does not hold together is logged and noted in
        the audit itself, and stops nothing. Raises StoreError.
        """
        if self._check is None:
            self._check = self._store.audit_check()
        finding = self._check.read_on()
        if finding is not None:
            self._check = None
            if not finding.intact:
                self._note_broken(finding)
        return finding

    def _note_broken(self, finding: AuditFinding) -> None:
        _log.error("store.audit_broken: line %s of the audit does not fit", finding.broken_at)
        self._store.add_audit(
            AuditEntry(
                self._clock.now(),
                "",
                "",
                "check_audit",
                "store",
                "store.audit_broken",
                f"line={finding.broken_at}",
            )
        )
