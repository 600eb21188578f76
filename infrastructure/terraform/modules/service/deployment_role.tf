# What CodeDeploy may do: replace the tasks of this one service, move its two listener rules, look at its alarms.

resource "aws_iam_role" "deployment" {
  count = local.is_blue_green ? 1 : 0

  name                 = "${local.full_name}-deployment"
  description          = "What CodeDeploy needs to deploy ${var.service}"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DeploymentsOfThisAccount"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codedeploy.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })

  tags = merge(var.tags, { Name = "${local.full_name}-deployment" })
}

resource "aws_iam_role_policy" "deployment" {
  count = local.is_blue_green ? 1 : 0

  name = "needs"
  role = aws_iam_role.deployment[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReplaceTasks"
        Effect = "Allow"
        Action = ["ecs:DescribeServices", "ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:UpdateServicePrimaryTaskSet"]
        Resource = [
          "arn:${local.partition}:ecs:${local.region}:${local.account}:service/${var.cluster_name}/${local.full_name}",
          "arn:${local.partition}:ecs:${local.region}:${local.account}:task-set/${var.cluster_name}/${local.full_name}/*",
        ]
      },
      {
        Sid      = "MoveRequests"
        Effect   = "Allow"
        Action   = ["elasticloadbalancing:ModifyRule"]
        Resource = [aws_lb_listener_rule.production[0].arn, aws_lb_listener_rule.test[0].arn]
      },
      {
        Sid    = "SeeLoadBalancer"
        Effect = "Allow"
        Action = [
          "elasticloadbalancing:DescribeListeners",
          "elasticloadbalancing:DescribeRules",
          "elasticloadbalancing:DescribeTargetGroups",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "SeeAlarms"
        Effect   = "Allow"
        Action   = ["cloudwatch:DescribeAlarms"]
        Resource = ["arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${local.full_name}-*"]
      },
      {
        Sid       = "GiveTasksTheirRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [aws_iam_role.task.arn, aws_iam_role.execution.arn]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
  })
}
