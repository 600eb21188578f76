output "service_id" {
  description = "The product's id in PagerDuty."
  value       = pagerduty_service.this.id
}

output "datadog_integration_key" {
  description = "Key that Datadog and Atlas send with."
  value       = pagerduty_service_integration.datadog.integration_key
  sensitive   = true
}
