# The product's roles (domain/tenancy.py, Role), as groups. Where somebody is in two, the first counts.

locals {
  roles = [
    "platform_admin",
    "bank_admin",
    "program_admin",
    "organization_admin",
    "merchant_admin",
    "support_staff",
    "service",
    "auditor",
  ]
}

resource "aws_cognito_user_group" "role" {
  for_each = { for precedence, role in local.roles : role => precedence }

  name         = each.key
  description  = "Role ${each.key}"
  precedence   = each.value
  user_pool_id = aws_cognito_user_pool.this.id
}
