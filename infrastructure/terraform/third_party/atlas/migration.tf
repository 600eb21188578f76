# What `refunds migrate` runs with: a secret that only its role may read. It is run as a task of a service's own
# definition with another command, role and secret; the README says how.

resource "aws_secretsmanager_secret" "migration" {
  #checkov:skip=CKV2_AWS_57:its password is changed by raising password_versions, as those of the services
  name        = "${var.name}/${local.migration}"
  description = "Address of the database for the migration, which alone may change the schema"
  kms_key_id  = var.secrets_key_arn

  tags = merge(var.tags, { Name = "${var.name}/${local.migration}" })
}

resource "aws_secretsmanager_secret_version" "migration" {
  secret_id     = aws_secretsmanager_secret.migration.id
  secret_string = jsonencode({ mongodb_uri = local.mongodb_uris[local.migration] })

  depends_on = [mongodbatlas_privatelink_endpoint_service.this, mongodbatlas_database_user.service]
}

data "aws_iam_policy_document" "migration_trust" {
  statement {
    sid     = "TasksOfThisAccount"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

data "aws_caller_identity" "this" {}

data "aws_iam_policy_document" "migration" {
  statement {
    sid       = "ReadOwnSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.migration.arn]
  }

  statement {
    sid       = "DecryptOwnSecret"
    actions   = ["kms:Decrypt"]
    resources = [var.secrets_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.aws_region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "migration" {
  name                 = "${var.name}-migrate-task"
  description          = "What refunds migrate may do"
  assume_role_policy   = data.aws_iam_policy_document.migration_trust.json
  permissions_boundary = var.permissions_boundary_arn

  tags = merge(var.tags, { Name = "${var.name}-migrate-task" })
}

resource "aws_iam_role_policy" "migration" {
  name   = "needs"
  role   = aws_iam_role.migration.id
  policy = data.aws_iam_policy_document.migration.json
}
