# Keys come from the environment: DD_API_KEY, DD_APP_KEY.

provider "datadog" {
  api_url = var.api_url
}
