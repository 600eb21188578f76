# Where the services' images are; the pipeline pushes them.

module "images" {
  source = "../modules/images"

  name            = local.name
  tags            = local.tags
  services        = toset(keys(var.services))
  data_key_arn    = module.keys.key_arns["data"]
  alarm_topic_arn = module.observability.alarm_topic_arns["warning"]
}
