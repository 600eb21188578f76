# What software may ask for. What a person may do hangs on the role instead.

resource "aws_cognito_resource_server" "api" {
  identifier   = "refunds"
  name         = "${var.name}-api"
  user_pool_id = aws_cognito_user_pool.this.id

  dynamic "scope" {
    for_each = {
      "payments.read"   = "Read payments"
      "payments.record" = "Record captured payments"
      "refunds.read"    = "Read refunds"
      "refunds.request" = "Ask for refunds, submit and cancel them"
      "parameters.read" = "Resolve parameters"
    }

    content {
      scope_name        = scope.key
      scope_description = scope.value
    }
  }
}
