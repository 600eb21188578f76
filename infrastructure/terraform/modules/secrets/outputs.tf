output "service_secret_arns" {
  description = "Secret of each service: a JSON object whose members are settings in lower case."
  value       = { for service, secret in aws_secretsmanager_secret.service : service => secret.arn }
}

output "redis_auth_secret_arn" {
  description = "Secret with the token that clients show to the cache, member auth_token."
  value       = aws_secretsmanager_secret_version.redis_token.arn
}

output "rotation_security_group_id" {
  description = "Group of the rotation function, which the cache must let in."
  value       = aws_security_group.rotation.id
}

output "rotation_function_name" {
  description = "The function that changes the token."
  value       = aws_lambda_function.rotation.function_name
}
