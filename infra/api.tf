# The API: reads silver, asks the model, answers the pages of the allowed origins. All that it can write is the log of the
# forecasts that it issued, one object an hour.

module "api" {
  source = "./function"

  name               = "${var.name}-api"
  timeout_seconds    = 25
  log_retention_days = var.log_retention_days

  # A whole core: the model that travels with the program answers while its endpoint starts.
  memory_mb = 1769

  environment = {
    LAKE_URL           = local.lake_url
    SYSTEM_ID          = var.system_id
    DISCOVERY_URL      = local.systems[var.system_id]
    FEED_SOURCE        = "live"
    SAGEMAKER_ENDPOINT = local.endpoint_name
    MODEL_FILE         = "/var/task/model/model.tar.gz"
    ALLOWED_ORIGINS    = join(",", var.allowed_origins)
  }

  statements = [
    {
      Sid      = "ReadSilver"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.lake_arn}/silver/*/system=${var.system_id}/*"]
    },
    {
      Sid       = "ListSilver"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = [local.lake_arn]
      Condition = { StringLikeIfExists = { "s3:prefix" = ["silver/*/system=${var.system_id}/*"] } }
    },
    {
      # The log of issued forecasts, which the live skill is measured from. It adds, and cannot delete; the bucket keeps every
      # version.
      Sid      = "KeepIssuedForecasts"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["${local.lake_arn}/forecast/system=${var.system_id}/*"]
    },
    {
      Sid      = "AskTheModel"
      Effect   = "Allow"
      Action   = ["sagemaker:InvokeEndpoint"]
      Resource = [local.endpoint_arn]
    },
  ]
}

# Open to anyone, as the data is; a browser lets only the pages of the allowed origins read the answers.
resource "aws_lambda_function_url" "api" {
  function_name      = module.api.name
  authorization_type = "NONE"

  cors {
    allow_origins  = var.allowed_origins
    allow_methods  = ["GET", "POST"]
    allow_headers  = ["content-type", "if-none-match", "x-request-id"]
    expose_headers = ["x-request-id", "etag", "retry-after"]
    max_age        = 3600
  }
}
