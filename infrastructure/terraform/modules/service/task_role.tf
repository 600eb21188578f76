# What the program may do on AWS: read its secret, and the statements that it is given. Nothing else.

locals {
  task_assumption = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TasksOfThisAccount"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account}:*" }
      }
    }]
  })

  secret_statements = [
    {
      Sid      = "ReadOwnSecret"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [var.secret_arn]
    },
    {
      Sid       = "DecryptOwnSecret"
      Effect    = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = [var.secrets_key_arn]
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
    },
  ]

  given_statements = [for statement in var.policy_statements : merge(
    {
      Sid      = statement.sid
      Effect   = "Allow"
      Action   = statement.actions
      Resource = statement.resources
    },
    { for word, condition in { Condition = statement.condition } : word => condition if condition != null },
  )]
}

resource "aws_iam_role" "task" {
  name                 = "${local.full_name}-task"
  description          = "What ${var.service} may do"
  assume_role_policy   = local.task_assumption
  permissions_boundary = var.permissions_boundary_arn

  tags = merge(var.tags, { Name = "${local.full_name}-task" })
}

resource "aws_iam_role_policy" "task" {
  name = "needs"
  role = aws_iam_role.task.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.secret_statements, local.given_statements, local.trace_statements)
  })
}
