output "repository_urls" {
  description = "Repository of each service, to which a tag or digest is added."
  value       = { for service in var.services : service => "${local.registry}/${var.name}/${service}" }

  depends_on = [aws_ecr_repository.this]
}
