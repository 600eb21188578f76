# The token that clients show to the cache. The first one is drawn here; all later ones by the rotation function.

data "aws_secretsmanager_random_password" "token" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "redis_token" {
  name                    = "${var.name}/redis-token"
  description             = "Token that clients show to the cache"
  kms_key_id              = var.secrets_key_arn
  recovery_window_in_days = var.recovery_days

  replica {
    region     = var.replica_region
    kms_key_id = var.replica_key_arn
  }

  tags = merge(var.tags, { Name = "${var.name}/redis-token" })
}

# See service_secrets.tf for the stage "made".
resource "aws_secretsmanager_secret_version" "redis_token" {
  secret_id      = aws_secretsmanager_secret.redis_token.id
  secret_string  = jsonencode({ auth_token = data.aws_secretsmanager_random_password.token.random_password })
  version_stages = ["AWSCURRENT", "made"]

  lifecycle {
    ignore_changes = [secret_string, version_stages]
  }
}

# The first rotation is started by hand after the first apply, when the cache is there (README).
resource "aws_secretsmanager_secret_rotation" "redis_token" {
  secret_id           = aws_secretsmanager_secret.redis_token.id
  rotation_lambda_arn = aws_lambda_function.rotation.arn
  rotate_immediately  = false

  rotation_rules {
    automatically_after_days = var.rotation_days
  }

  depends_on = [aws_lambda_permission.rotation, aws_secretsmanager_secret_version.redis_token]
}
