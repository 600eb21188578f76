# What runs: one container of the product, non-root, on a read-only file system, without capabilities or secrets in
# its environment. The program reads its secret by itself, by REFUNDS_SECRET_ID.

locals {
  environment = merge(
    {
      REFUNDS_HOST       = "0.0.0.0"
      REFUNDS_PORT       = tostring(local.port)
      REFUNDS_AWS_REGION = local.region
      REFUNDS_SECRET_ID  = var.secret_arn
    },
    var.environment,
    local.trace_environment,
  )

  log_options = {
    awslogs-group  = aws_cloudwatch_log_group.this.name
    awslogs-region = local.region
    # A slow log must not stop a refund: what does not fit into the buffer is dropped.
    mode            = "non-blocking"
    max-buffer-size = "25m"
  }

  product_container = {
    name      = local.container
    image     = var.image
    essential = true
    user      = "65532:65532"

    readonlyRootFilesystem = true
    privileged             = false
    stopTimeout            = 30
    environment            = [for key in sort(keys(local.environment)) : { name = key, value = local.environment[key] }]
    portMappings           = [{ name = "http", containerPort = local.port, hostPort = local.port, protocol = "tcp" }]
    mountPoints            = [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }]
    ulimits                = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
    dependsOn              = local.is_traced ? [{ containerName = "trace-collector", condition = "START" }] : []

    linuxParameters = {
      initProcessEnabled = true
      capabilities       = { add = [], drop = ["ALL"] }
    }

    healthCheck = {
      command     = var.health_command
      interval    = 10
      timeout     = 3
      retries     = 3
      startPeriod = 20
    }

    logConfiguration = {
      logDriver = "awslogs"
      options   = merge(local.log_options, { awslogs-stream-prefix = "task" })
    }
  }
}

locals {
  # CPU units → MiB that Fargate offers with them (AWS, "Task CPU and memory").
  memory_of_cpu = {
    "256"   = { min = 512, max = 2048 }
    "512"   = { min = 1024, max = 4096 }
    "1024"  = { min = 2048, max = 8192 }
    "2048"  = { min = 4096, max = 16384 }
    "4096"  = { min = 8192, max = 30720 }
    "8192"  = { min = 16384, max = 61440 }
    "16384" = { min = 32768, max = 122880 }
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.full_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode(concat([local.product_container], local.trace_containers))

  # Old revisions stay: a rollback starts them again.
  skip_destroy = true

  lifecycle {
    precondition {
      condition     = var.memory >= local.memory_of_cpu[tostring(var.cpu)].min && var.memory <= local.memory_of_cpu[tostring(var.cpu)].max
      error_message = "memory must be between ${local.memory_of_cpu[tostring(var.cpu)].min} and ${local.memory_of_cpu[tostring(var.cpu)].max} MiB with cpu ${var.cpu}: Fargate offers no other."
    }
  }

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  # The only place that can be written: temporary files, gone with the task.
  volume {
    name = "scratch"
  }

  tags = merge(var.tags, { Name = local.full_name })
}
