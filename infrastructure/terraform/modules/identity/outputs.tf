output "user_pool_id" {
  description = "Id of the user pool."
  value       = aws_cognito_user_pool.this.id
}

output "issuer_url" {
  description = "Who issues the tokens (iss)."
  value       = local.issuer_url
}

output "jwks_url" {
  description = "Where the public keys of the tokens are."
  value       = "${local.issuer_url}/.well-known/jwks.json"
}

output "client_ids" {
  description = "Client ids by console and by machine."
  value = merge(
    { for name, client in aws_cognito_user_pool_client.console : name => client.id },
    { for name, client in aws_cognito_user_pool_client.machine : name => client.id },
  )
}

output "role_names" {
  description = "The product's roles, which are groups of the pool."
  value       = local.roles
}

output "pipeline_role_arn" {
  description = "Role that the pipeline takes."
  value       = aws_iam_role.pipeline.arn
}

output "permissions_boundary_arn" {
  description = "Boundary of the roles that services, pipeline, canary and functions take."
  value       = aws_iam_policy.boundary.arn
}

locals {
  issuer_url = "https://cognito-idp.${data.aws_region.this.name}.amazonaws.com/${aws_cognito_user_pool.this.id}"
}
