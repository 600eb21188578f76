# What ECS may do to start a task: fetch the image from its own repository, write to its own log group.

locals {
  # account.dkr.ecr.region.amazonaws.com/repository:tag; an image from elsewhere needs no rights.
  repositories = [for parts in flatten([
    for image in compact([var.image, var.trace_collector_image]) :
    try([regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<repository>[^:@]+)", image)], [])
  ]) : "arn:${local.partition}:ecr:${parts.region}:${parts.account}:repository/${parts.repository}"]

  image_statements = [for statement in [
    {
      Sid      = "LogInToRegistry"
      Effect   = "Allow"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = ["*"]
    },
    {
      Sid      = "FetchImage"
      Effect   = "Allow"
      Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Resource = local.repositories
    },
  ] : statement if length(local.repositories) > 0]

  log_statements = [{
    Sid      = "WriteOwnLogs"
    Effect   = "Allow"
    Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }]
}

resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  description          = "What ECS needs to start ${var.service}"
  assume_role_policy   = local.task_assumption
  permissions_boundary = var.permissions_boundary_arn

  tags = merge(var.tags, { Name = "${local.full_name}-execution" })
}

resource "aws_iam_role_policy" "execution" {
  name = "needs"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.log_statements, local.image_statements)
  })
}
