# When more and fewer of a service run: the same in every environment; how many at least and at most is a variable.

locals {
  by_cpu = { metric = "cpu", scale_out_above = 70, scale_in_below = 30, queue_name = null }

  scaling = {
    api                  = local.by_cpu
    request-manager      = { metric = "queue_depth", scale_out_above = 1000, scale_in_below = 100, queue_name = module.queues.queue_names["review"] }
    gateway-integration  = { metric = "request_rate", scale_out_above = 50, scale_in_below = 10, queue_name = null }
    parameter-resolution = local.by_cpu
    reporting-engine     = local.by_cpu
  }
}
