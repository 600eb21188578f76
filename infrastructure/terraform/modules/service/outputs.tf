output "service_name" {
  description = "Name of the ECS service."
  value       = local.ecs_service_name
}

output "security_group_id" {
  description = "Security group of the tasks."
  value       = aws_security_group.this.id
}

output "task_role_arn" {
  description = "Role of the program."
  value       = aws_iam_role.task.arn
}

output "task_role_name" {
  description = "Name of the program's role."
  value       = aws_iam_role.task.name
}

output "task_policy" {
  description = "What the program may do, as JSON."
  value       = aws_iam_role_policy.task.policy
}

output "execution_role_arn" {
  description = "Role by which ECS starts the tasks."
  value       = aws_iam_role.execution.arn
}

output "task_definition_arn" {
  description = "The task definition that was last made."
  value       = aws_ecs_task_definition.this.arn
}

output "environment" {
  description = "Environment variables of the program, exactly as the task definition carries them."
  value       = local.environment
}

output "log_group_name" {
  description = "Where the tasks write their logs."
  value       = aws_cloudwatch_log_group.this.name
}

output "target_group_names" {
  description = "Target groups by colour; empty without a load balancer."
  value       = { for colour, group in aws_lb_target_group.this : colour => group.name }
}

output "target_group_arn_suffixes" {
  description = "By which CloudWatch knows the target groups, by colour; empty without a load balancer."
  value       = { for colour, group in aws_lb_target_group.this : colour => group.arn_suffix }
}

output "dns_name" {
  description = "Name of the service inside the VPC."
  value       = "${aws_service_discovery_service.this.name}.${local.namespace_name}"
}

output "alarm_names" {
  description = "Alarms of the service, without those that scale it."
  value = distinct(concat(
    local.rolling_alarm_names,
    local.blue_green_alarm_names,
    [aws_cloudwatch_metric_alarm.cpu.alarm_name, aws_cloudwatch_metric_alarm.running_tasks.alarm_name],
  ))
}

output "deployment" {
  description = "What `aws deploy create-deployment` is told; null without a load balancer."
  value = !local.is_blue_green ? null : {
    application = aws_codedeploy_app.this[0].name
    group       = aws_codedeploy_deployment_group.this[0].deployment_group_name
    app_spec = jsonencode({
      version = 1
      Resources = [{
        TargetService = {
          Type = "AWS::ECS::Service"
          Properties = {
            TaskDefinition   = aws_ecs_task_definition.this.arn
            LoadBalancerInfo = { ContainerName = local.container, ContainerPort = local.port }
            # Not said here, CodeDeploy takes it away from the service.
            CapacityProviderStrategy = [for provider, share in local.capacity : {
              CapacityProvider = provider
              Base             = share.base
              Weight           = share.weight
            }]
          }
        }
      }]
    })
  }
}
