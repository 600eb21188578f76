output "endpoint_id" {
  description = "The endpoint, which Atlas must accept."
  value       = aws_vpc_endpoint.database.id
}
