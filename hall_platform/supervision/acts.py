"""What is done about alerts, instructions and rules."""

from __future__ import annotations

from hall_platform.access import CLERK, REVIEWER, SUPERVISOR
from hall_platform.acts import Act
from hall_platform.supervision import alerts, instructions, rules
from hall_platform.supervision.shapes import (
    AcknowledgeAct,
    AlertShown,
    AnswerAct,
    ChangeRuleAct,
    CloseAct,
    InstructAct,
    Instruction,
    Rule,
    RuleId,
)

ACTS = (
    Act(
        name="change-rule",
        path="/supervision/rules/{rule}/versions",
        summary="修改监察规则",
        shape=ChangeRuleAct,
        answer=Rule,
        roles=(SUPERVISOR,),
        perform=rules.change,
        problems=("not-found",),
        status=201,
        needs_match=True,
        subject_type=RuleId,
    ),
    Act(
        name="acknowledge-alert",
        path="/supervision/alerts/{alert}/acknowledgement",
        summary="签收预警",
        shape=AcknowledgeAct,
        answer=AlertShown,
        roles=(SUPERVISOR,),
        perform=alerts.acknowledge,
        problems=("not-found", "alert-closed", "alert-acknowledged"),
        needs_match=True,
    ),
    Act(
        name="close-alert",
        path="/supervision/alerts/{alert}/closing",
        summary="办结预警",
        shape=CloseAct,
        answer=AlertShown,
        roles=(SUPERVISOR,),
        perform=alerts.close,
        problems=("not-found", "alert-closed"),
        needs_match=True,
    ),
    Act(
        name="give-instruction",
        path="/supervision/alerts/{alert}/instructions",
        summary="发出督办",
        shape=InstructAct,
        answer=Instruction,
        roles=(SUPERVISOR,),
        perform=instructions.give,
        problems=("not-found", "alert-closed", "addressee-unknown"),
        status=201,
    ),
    Act(
        name="answer-instruction",
        path="/supervision/instructions/{instruction}/answer",
        summary="答复督办",
        shape=AnswerAct,
        answer=Instruction,
        roles=(REVIEWER, CLERK),
        perform=instructions.answer,
        problems=("not-found", "instruction-answered"),
    ),
)
