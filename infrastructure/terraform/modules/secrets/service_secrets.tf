# One secret per service: a JSON object whose members are settings. Terraform makes it empty and never looks inside:
# redis_uri is written by the rotation function, the others by whoever issues them (MongoDB Atlas, gateways).

resource "aws_secretsmanager_secret" "service" {
  #checkov:skip=CKV2_AWS_57:redis_uri changes with the token's rotation; the other members are rotated by their issuers, through put-secret-value
  for_each = var.services

  name                    = "${var.name}/${each.key}"
  description             = "Settings of ${each.key} that nobody else may read"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = var.recovery_days

  replica {
    region     = var.replica_region
    kms_key_id = var.replica_key_arn
  }

  tags = merge(var.tags, { Name = "${var.name}/${each.key}" })
}

# The stage "made" keeps this first version from being thrown away when others follow; Terraform would find it missing
# and write it again, over the current one.
resource "aws_secretsmanager_secret_version" "service" {
  for_each = var.services

  secret_id      = aws_secretsmanager_secret.service[each.key].id
  secret_string  = jsonencode({})
  version_stages = ["AWSCURRENT", "made"]

  lifecycle {
    ignore_changes = [secret_string, version_stages]
  }
}
