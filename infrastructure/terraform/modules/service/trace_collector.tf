# The collector beside the program, where it is asked for. It is there because X-Ray takes signed requests only: the
# program speaks plain OTLP on loopback and knows no backend, and a slow X-Ray fills the collector's bounded queue, not
# the program's. Without it neither the container nor the rights to X-Ray exist.

locals {
  trace_environment = { for key, value in { OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318" } : key => value if local.is_traced }

  trace_configuration = {
    receivers  = { otlp = { protocols = { http = { endpoint = "127.0.0.1:4318" } } } }
    processors = { memory_limiter = { check_interval = "1s", limit_mib = 100 }, batch = { timeout = "5s", send_batch_max_size = 512 } }
    exporters  = { awsxray = { region = local.region, index_all_attributes = false } }
    extensions = { health_check = { endpoint = "127.0.0.1:13133" } }
    service = {
      extensions = ["health_check"]
      pipelines  = { traces = { receivers = ["otlp"], processors = ["memory_limiter", "batch"], exporters = ["awsxray"] } }
    }
  }

  trace_container = {
    name      = "trace-collector"
    image     = var.trace_collector_image
    essential = false
    user      = "65532:65532"
    cpu       = 64
    memory    = 128

    readonlyRootFilesystem = true
    privileged             = false
    environment            = [{ name = "AOT_CONFIG_CONTENT", value = jsonencode(local.trace_configuration) }]

    linuxParameters = {
      initProcessEnabled = true
      capabilities       = { add = [], drop = ["ALL"] }
    }

    logConfiguration = {
      logDriver = "awslogs"
      options   = merge(local.log_options, { awslogs-stream-prefix = "trace-collector" })
    }
  }

  trace_containers = [for container in [local.trace_container] : container if local.is_traced]

  # X-Ray has no resources to name.
  trace_statements = [for statement in [{
    Sid    = "SendTraces"
    Effect = "Allow"
    Action = [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
    ]
    Resource = ["*"]
  }] : statement if local.is_traced]
}
