# For integration tests: every part once, small.
environment = "test"
cidr        = "10.20.0.0/16"
domain_name = "refunds.test.brik.example.com"
zone_id     = "Z000000000TEST"
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

cache = { node_type = "cache.t4g.small", shards = 1, replicas_per_shard = 1 }

services = {
  api                  = { cpu = 512, memory = 1024, count_min = 2, count_max = 4 }
  request-manager      = { cpu = 512, memory = 1024, count_min = 1, count_max = 4 }
  gateway-integration  = { cpu = 512, memory = 1024, count_min = 1, count_max = 3 }
  parameter-resolution = { cpu = 256, memory = 512, count_min = 1, count_max = 2 }
  reporting-engine     = { cpu = 512, memory = 1024, count_min = 1, count_max = 2 }
}
