# For ongoing development: the smallest that still is the whole.
environment = "dev"
cidr        = "10.10.0.0/16"
domain_name = "refunds.dev.brik.example.com"
zone_id     = "Z0000000000DEV"
image_tag   = "1.0.0"

nat_gateways                = "one"
interface_endpoint_az_count = 1
failover                    = false
use_spot                    = true
object_lock                 = false
vault_lock                  = false
deletion_protection         = false
key_deletion_window_days    = 7
mfa                         = "OPTIONAL"
log_level                   = "debug"

cache = { node_type = "cache.t4g.small", shards = 1, replicas_per_shard = 1 }


services = {
  api                  = { cpu = 256, memory = 512, count_min = 1, count_max = 2 }
  request-manager      = { cpu = 256, memory = 512, count_min = 1, count_max = 2 }
  gateway-integration  = { cpu = 256, memory = 512, count_min = 1, count_max = 2 }
  parameter-resolution = { cpu = 256, memory = 512, count_min = 1, count_max = 2 }
  reporting-engine     = { cpu = 256, memory = 512, count_min = 1, count_max = 2 }
}
