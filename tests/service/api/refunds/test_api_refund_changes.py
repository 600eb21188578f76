"""Drafts, cancelations and approvals over HTTP."""

from tests.support.http.site import MERCHANT, Client


async def test_draft_reserves_nothing_until_it_is_submitted(api: Client) -> None:
    await api.payment()
    draft = (await api.refund(amount=60, body={"submit": False})).body
    before = await api.get("/v1/payments/pay_01")

    submitted = await api.post(f"/v1/refunds/{draft['id']}/submit", {})
    again = await api.post(f"/v1/refunds/{draft['id']}/submit")

    assert draft["status"] == "draft"
    assert before.body["reserved_amount"] == 0
    assert submitted.body["status"] == "processing"
    assert again.body == submitted.body
    assert again.headers["idempotent-replayed"] == "true"


async def test_canceling_gives_the_amount_back_and_can_be_repeated(api: Client) -> None:
    await api.payment(amount=200_000)
    refund = (await api.refund()).body

    canceled = await api.post(f"/v1/refunds/{refund['id']}/cancel")
    again = await api.post(f"/v1/refunds/{refund['id']}/cancel")

    assert refund["status"] == "pending_approval"
    assert canceled.body["status"] == again.body["status"] == "canceled"
    assert (await api.get("/v1/payments/pay_01")).body["refundable_amount"] == 200_000


async def test_refund_on_its_way_to_the_gateway_is_not_canceled(api: Client) -> None:
    await api.payment()
    refund_id = (await api.refund(amount=60)).body["id"]

    refused = await api.post(f"/v1/refunds/{refund_id}/cancel")

    assert (refused.status, refused.code) == (409, "refund_not_cancelable")
    assert refused.body["detail"].startswith("The refund cannot be canceled, because its status is processing. ")


async def test_change_of_an_outdated_version_is_refused(api: Client) -> None:
    await api.payment(amount=200_000)
    refund = await api.refund(amount=150_000)
    await api.refund(amount=1_000)
    path = f"/v1/refunds/{refund.body['id']}/cancel"

    outdated = await api.post(path, headers={"If-Match": refund.headers["etag"]})
    malformed = await api.post(path, headers={"If-Match": "W/2"})
    present = (await api.get(f"/v1/refunds/{refund.body['id']}")).headers["etag"]
    canceled = await api.post(path, headers={"If-Match": present})

    assert (outdated.status, outdated.code) == (412, "version_mismatch")
    assert (malformed.status, malformed.code) == (400, "invalid_header")
    assert canceled.status == 200


async def test_requester_never_approves_but_another_admin_does(api: Client) -> None:
    await api.payment(amount=500_000)
    admin = api.world.token("merchant_admin", MERCHANT, sub="anna")
    other = api.world.token("merchant_admin", MERCHANT, sub="ben")
    refund_id = (await api.refund(amount=200_000, token=admin)).body["id"]
    path = f"/v1/refunds/{refund_id}/approvals"

    own = await api.post(path, {"decision": "approve"}, token=admin)
    approved = await api.post(path, {"decision": "approve", "text": "Checked."}, token=other)
    twice = await api.post(path, {"decision": "approve"}, token=other)
    late = await api.post(path, {"decision": "approve"}, token=api.world.token("merchant_admin", MERCHANT, sub="cleo"))

    assert (own.status, own.code) == (403, "requester_may_not_approve")
    assert approved.body["status"] == "processing"
    assert [(a["by"], a["decision"]) for a in approved.body["approvals"]] == [("ben", "approved")]
    assert (twice.status, twice.code) == (409, "approval_counted_twice")
    assert (late.status, late.code) == (409, "transition_not_allowed")
    assert late.body["detail"].startswith("The refund cannot be approved, because its status is processing. ")


async def test_refused_approval_names_the_roles_that_may_approve(api: Client) -> None:
    await api.payment(amount=500_000)
    refund_id = (await api.refund(amount=200_000)).body["id"]
    support = api.world.token("support_staff", MERCHANT)

    refused = await api.post(f"/v1/refunds/{refund_id}/approvals", {"decision": "approve"}, token=support)

    assert (refused.status, refused.code) == (403, "forbidden")
    assert refused.body["detail"] == (
        "Your role, support staff, does not allow this action for a tenant of this kind. The roles that allow it are: "
        "platform_admin, bank_admin, program_admin, organization_admin, merchant_admin. Ask a person with one of "
        "these roles."
    )


async def test_reconciling_names_the_one_role_that_may_reconcile(api: Client) -> None:
    await api.payment()
    refund_id = (await api.refund(amount=60)).body["id"]
    admin = api.world.token("merchant_admin", MERCHANT)

    refused = await api.post(f"/v1/refunds/{refund_id}/reconcile", {"resolution": "failed", "note": "t-1"}, token=admin)

    assert refused.status == 403
    assert "The roles that allow it are: platform_admin." in refused.body["detail"]


async def test_rejecting_ends_a_refund(api: Client) -> None:
    await api.payment(amount=500_000)
    refund_id = (await api.refund(amount=200_000)).body["id"]
    other = api.world.token("bank_admin", "bnk_01")

    rejected = await api.post(f"/v1/refunds/{refund_id}/approvals", {"decision": "reject", "text": "No."}, token=other)

    assert rejected.body["status"] == "rejected"
    assert rejected.body["status_reason"] == {"code": "rejected", "message": "No."}


async def test_large_refund_is_approved_with_a_recent_second_factor_only(api: Client) -> None:
    await api.payment(amount=2_000_000)
    refund_id = (await api.refund(amount=1_000_000)).body["id"]
    path, body = f"/v1/refunds/{refund_id}/approvals", {"decision": "approve"}

    without = await api.post(path, body, token=api.world.token(sub="ben"))
    stale = await api.post(path, body, token=api.world.token(sub="ben", mfa_age_s=1_000))
    recent = await api.post(path, body, token=api.world.token(sub="ben", mfa_age_s=60))

    for refused in (without, stale):
        assert (refused.status, refused.code) == (401, "insufficient_user_authentication")
        assert 'max_age="900"' in refused.headers["www-authenticate"]
    assert recent.body["status"] == "processing"
