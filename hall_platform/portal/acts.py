"""What is done in the online hall, by citizens and by halls."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from hall_platform.access import CITIZEN, CLERK, KIOSK, REVIEWER, SUPERVISOR
from hall_platform.acts import Act, Delivery
from hall_platform.business.shapes import Preapplication
from hall_platform.hall.rating_shapes import RatingReceived
from hall_platform.portal import (
    applying,
    at_the_hall,
    authorising,
    checking,
    inbox,
    letters,
    messages,
    own_cases,
    people,
    terms,
)
from hall_platform.portal import letter_shapes as letter
from hall_platform.portal import own_shapes as own
from hall_platform.portal import people_shapes as shared
from hall_platform.portal import shapes as draft

_PERSON = ("account-unknown",)
_FILES = ("material-unknown", "upload-unknown")
_OFFER = ("item-unknown", "hall-does-not-take-it")
_HELD = ("not-found", "draft-done", "draft-elsewhere")
_CHANGE = (*_PERSON, *_HELD)
_SETTLED = (*_PERSON, "not-found", "preapplication-busy", "preapplication-settled")
_SIDE = (*_PERSON, "identity-not-verified")
_LETTER = ("not-found", "letter-settled")
_OWN_CASE = (*_PERSON, "not-found", "case-elsewhere", "act-not-allowed", "item-unknown")


def read_messages(
    connection: Connection, act: shared.ReadMessages, delivery: Delivery
) -> dict[str, Any]:
    """Marks messages of one's own as read. Problem("account-unknown")."""
    who = people.person(connection, delivery.caller)
    wanted = [str(one) for one in act.messages]
    marked = messages.mark_read(connection, who, act.county, wanted, delivery.received_at)
    return {"marked": marked}


_DRAFTS = (
    Act(
        name="begin-draft",
        path="/portal/drafts",
        summary="开始网上申请",
        shape=draft.BeginDraft,
        answer=draft.DraftHandled,
        roles=(CITIZEN,),
        perform=applying.begin,
        problems=(*_PERSON, *_OFFER, "not-authorised", *_FILES, "too-many-drafts"),
        status=201,
    ),
    Act(
        name="save-draft",
        path="/portal/drafts/{draft}/contents",
        summary="保存草稿",
        shape=draft.SaveDraft,
        answer=draft.DraftHandled,
        roles=(CITIZEN,),
        perform=applying.save,
        problems=(*_CHANGE, *_OFFER, *_FILES),
        needs_match=True,
    ),
    Act(
        name="discard-draft",
        path="/portal/drafts/{draft}/discarding",
        summary="删除草稿",
        shape=draft.DiscardDraft,
        answer=draft.DraftHandled,
        roles=(CITIZEN,),
        perform=applying.discard,
        problems=_CHANGE,
        needs_match=True,
    ),
    Act(
        name="submit-draft",
        path="/portal/drafts/{draft}/submission",
        summary="提交网上申请",
        shape=draft.SubmitDraft,
        answer=draft.DraftHandled,
        roles=(CITIZEN,),
        perform=applying.submit,
        problems=(*_CHANGE, "not-authorised", "item-changed", "form-invalid"),
        needs_match=True,
    ),
    Act(
        name="hand-over-draft",
        path="/portal/drafts/{draft}/hand-over",
        summary="转交草稿（转窗口办或转他人续办）",
        shape=draft.HandOverDraft,
        answer=draft.DraftHandled,
        roles=(CITIZEN,),
        perform=applying.hand_over,
        problems=_CHANGE,
        needs_match=True,
    ),
    Act(
        name="take-draft",
        path="/portal/drafts/{draft}/taking",
        summary="凭转交码在网上续办",
        shape=draft.TakeDraft,
        answer=draft.DraftHandled,
        roles=(CITIZEN,),
        perform=applying.take,
        problems=(*_PERSON, "code-unknown", "too-many-drafts"),
    ),
)

_AT_THE_HALL = (
    Act(
        name="begin-draft-at-window",
        path="/drafts",
        summary="窗口代为开始申请",
        shape=draft.BeginDraftAtWindow,
        answer=draft.DraftHandled,
        roles=(CLERK,),
        perform=at_the_hall.begin_at_window,
        problems=_OFFER,
        status=201,
    ),
    Act(
        name="begin-draft-at-kiosk",
        path="/kiosk-drafts",
        summary="自助机申请",
        shape=draft.BeginDraftAtKiosk,
        answer=draft.DraftHandled,
        roles=(KIOSK,),
        perform=at_the_hall.begin_at_kiosk,
        problems=(*_OFFER, "form-invalid"),
        status=201,
    ),
    Act(
        name="take-draft-to-window",
        path="/drafts/{draft}/taking",
        summary="凭转交码在窗口续办",
        shape=draft.TakeDraftToWindow,
        answer=draft.DraftHandled,
        roles=(CLERK,),
        perform=at_the_hall.take_up,
        problems=("code-unknown",),
    ),
    Act(
        name="save-draft-at-window",
        path="/drafts/{draft}/contents",
        summary="窗口保存草稿",
        shape=draft.SaveDraftAtWindow,
        answer=draft.DraftHandled,
        roles=(CLERK,),
        perform=at_the_hall.save,
        problems=(*_HELD, *_OFFER, *_FILES),
        needs_match=True,
    ),
    Act(
        name="hand-over-draft-at-window",
        path="/drafts/{draft}/hand-over",
        summary="窗口转申请人网上续办",
        shape=draft.HandOverDraftAtWindow,
        answer=draft.DraftHandled,
        roles=(CLERK,),
        perform=at_the_hall.hand_over,
        problems=_HELD,
        needs_match=True,
    ),
    Act(
        name="submit-draft-at-window",
        path="/drafts/{draft}/submission",
        summary="窗口提交申请",
        shape=draft.SubmitDraftAtWindow,
        answer=draft.DraftHandled,
        roles=(CLERK,),
        perform=at_the_hall.submit,
        problems=(*_HELD, "item-changed", "form-invalid"),
        needs_match=True,
    ),
    Act(
        name="check-preapplication",
        path="/preapplications/{preapplication}/check",
        summary="预审网上申请",
        shape=own.CheckPreapplication,
        answer=Preapplication,
        roles=(CLERK,),
        perform=checking.check,
        problems=(
            *("not-found", "claimed-elsewhere", "not-claimable"),
            "new-point-in-second-notice",
        ),
        needs_match=True,
    ),
)

_OWN = (
    Act(
        name="correct-preapplication",
        path="/portal/preapplications/{preapplication}/corrections",
        summary="网上补正申请",
        shape=own.CorrectPreapplication,
        answer=own.OwnPreapplication,
        roles=(CITIZEN,),
        perform=applying.correct,
        problems=(*_SETTLED, *_OFFER, *_FILES, "item-changed", "form-invalid"),
        needs_match=True,
    ),
    Act(
        name="withdraw-preapplication",
        path="/portal/preapplications/{preapplication}/withdrawal",
        summary="撤回网上申请",
        shape=own.WithdrawPreapplication,
        answer=own.OwnPreapplication,
        roles=(CITIZEN,),
        perform=applying.withdraw,
        problems=_SETTLED,
        needs_match=True,
    ),
    Act(
        name="correct-own-case",
        path="/portal/cases/{case}/corrections",
        summary="网上提交补正材料",
        shape=own.CorrectCase,
        answer=own.OwnCase,
        roles=(CITIZEN,),
        perform=own_cases.correct,
        problems=(*_OWN_CASE, "point-unknown", *_FILES),
        needs_match=True,
    ),
    Act(
        name="withdraw-own-case",
        path="/portal/cases/{case}/withdrawal",
        summary="网上撤回办件",
        shape=own.WithdrawCase,
        answer=own.OwnCase,
        roles=(CITIZEN,),
        perform=own_cases.withdraw,
        problems=_OWN_CASE,
        needs_match=True,
    ),
    Act(
        name="rate-own-service",
        path="/portal/services/{service}/rating",
        summary="评价本人办件的服务",
        shape=own.RateOwnService,
        answer=RatingReceived,
        roles=(CITIZEN,),
        perform=own_cases.rate,
        problems=(*_PERSON, "not-found", "rating-closed", "rating-incomplete"),
    ),
    Act(
        name="ask-authorisation",
        path="/portal/authorisations",
        summary="请求代办授权",
        shape=shared.AskAuthorisation,
        answer=shared.Authorisation,
        roles=(CITIZEN,),
        perform=authorising.ask,
        problems=(*_SIDE, "not-authorised"),
        status=201,
    ),
    Act(
        name="answer-authorisation",
        path="/portal/authorisations/{authorisation}/answer",
        summary="确认代办授权",
        shape=shared.AnswerAuthorisation,
        answer=shared.Authorisation,
        roles=(CITIZEN,),
        perform=authorising.answer,
        problems=(*_SIDE, "not-found", "authorisation-settled"),
        needs_match=True,
    ),
    Act(
        name="end-authorisation",
        path="/portal/authorisations/{authorisation}/end",
        summary="结束代办授权",
        shape=shared.EndAuthorisation,
        answer=shared.Authorisation,
        roles=(CITIZEN,),
        perform=authorising.end,
        problems=(*_SIDE, "not-found", "authorisation-settled"),
        needs_match=True,
    ),
    Act(
        name="read-messages",
        path="/portal/message-readings",
        summary="标为已读",
        shape=shared.ReadMessages,
        answer=shared.Marked,
        roles=(CITIZEN,),
        perform=read_messages,
        problems=_PERSON,
    ),
)

_LETTERS = (
    Act(
        name="send-letter",
        path="/portal/letters",
        summary="提交咨询、建议或投诉",
        shape=letter.SendLetter,
        answer=letter.Letter,
        roles=(CITIZEN,),
        perform=letters.send,
        problems=(*_PERSON, "too-many-letters", "item-unknown", "not-found"),
        status=201,
    ),
    Act(
        name="see-answer",
        path="/portal/letters/{letter}/seeing",
        summary="已读答复",
        shape=letter.SeeAnswer,
        answer=letter.Letter,
        roles=(CITIZEN,),
        perform=letters.see,
        problems=(*_PERSON, *_LETTER),
    ),
    Act(
        name="reopen-letter",
        path="/portal/letters/{letter}/reopening",
        summary="对答复不满意，再次提交（一次）",
        shape=letter.ReopenLetter,
        answer=letter.Letter,
        roles=(CITIZEN,),
        perform=letters.reopen,
        problems=(*_PERSON, *_LETTER),
        needs_match=True,
    ),
    Act(
        name="assign-letter",
        path="/letters/{letter}/assignment",
        summary="交办来件",
        shape=letter.AssignLetter,
        answer=letter.InboxLetter,
        roles=(SUPERVISOR, CLERK),
        perform=inbox.assign,
        problems=_LETTER,
        needs_match=True,
    ),
    Act(
        name="answer-letter",
        path="/letters/{letter}/answer",
        summary="答复来件",
        shape=letter.AnswerLetter,
        answer=letter.InboxLetter,
        roles=(SUPERVISOR, CLERK, REVIEWER),
        perform=inbox.answer,
        problems=_LETTER,
        needs_match=True,
    ),
    Act(
        name="publish-answer",
        path="/letters/{letter}/publication",
        summary="公开答复为常见问题",
        shape=letter.PublishAnswer,
        answer=letter.Published,
        roles=(SUPERVISOR,),
        perform=inbox.publish,
        problems=(*_LETTER, "names-a-person"),
        status=201,
    ),
    Act(
        name="withdraw-answer",
        path="/faq/{answer}/withdrawal",
        summary="撤下公开的答复",
        shape=letter.WithdrawAnswer,
        answer=letter.Published,
        roles=(SUPERVISOR,),
        perform=inbox.withdraw,
        problems=("not-found",),
    ),
    Act(
        name="set-letter-term",
        path="/letter-term-changes",
        summary="设置来件答复时限",
        shape=letter.SetTerm,
        answer=letter.TermAnswer,
        roles=(SUPERVISOR,),
        perform=terms.set_term,
    ),
)

ACTS = (*_DRAFTS, *_AT_THE_HALL, *_OWN, *_LETTERS)
