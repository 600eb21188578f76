"""tmp"""
def encode_envelope(payment, touched):
    f=lambda e: dict(id=e.id,type=e.type.value,at=e.at,refund_id=e.refund_id,actor=e.actor,from_status=e.from_status,status=e.status,amount=e.amount,code=e.code)
    return {"version":payment.version,"merchant_id":payment.merchant_id,"path":list(payment.path),"currency":payment.currency,"gateway":payment.gateway,"payment_method":payment.payment_method.type.value,
     "items":[f(e) for e in payment.events],
     "refunds":[{"id":r.id,"status":r.status.value,"status_reason":r.status_reason.code if r.status_reason else "","amount":r.amount,"method":r.method.value,"reason":r.reason.code,"created_by":r.created_by,"created_at":r.created_at,"updated_at":r.updated_at} for r in touched]}
