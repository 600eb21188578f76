output "monitor_ids" {
  description = "Monitors, by what they watch."
  value = merge(
    {
      error_rate       = datadog_monitor.error_rate.id
      latency          = datadog_monitor.latency.id
      circuit_open     = datadog_monitor.circuit_open.id
      gateway_errors   = datadog_monitor.gateway_errors.id
      relay_lag        = datadog_monitor.relay_lag.id
      relay_leaderless = datadog_monitor.relay_leaderless.id
      budget_burns     = datadog_monitor.budget_burns.id
    },
    { for service, monitor in datadog_monitor.service_errors : "${service}_errors" => monitor.id },
  )
}

output "service_level_ids" {
  description = "Service level objectives."
  value = {
    availability = datadog_service_level_objective.availability.id
    create_time  = datadog_service_level_objective.create_time.id
  }
}
