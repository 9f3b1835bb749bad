# The refiner: each new document of any system refines its whole hour again. Rejected bodies, which end otherwise, wake
# nobody. Invoked with {"system": "velib", "compact_days": ["2026-11-20"]} it puts those days together; nothing invokes it
# so by itself.

module "silver" {
  source = "./function"

  name               = "${var.name}-silver"
  timeout_seconds    = 300
  memory_mb          = 1024
  log_retention_days = var.log_retention_days

  environment = {
    LAKE_URL = local.lake_url
  }

  statements = [
    {
      Sid      = "ReadBronze"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for path in local.bronze_paths : "${local.lake_arn}/${path}"]
    },
    {
      Sid      = "ReadBoundaries"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for id in keys(local.systems) : "${local.lake_arn}/reference/boundaries/system=${id}/*"]
    },
    {
      Sid      = "WriteSilver"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
      Resource = [for path in local.silver_paths : "${local.lake_arn}/${path}"]
    },
    {
      # Compacting a day deletes the objects of its hours, each in the version that the day holds.
      Sid      = "DeleteCompactedHours"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject"]
      Resource = [for id in keys(local.systems) : "${local.lake_arn}/silver/station_status/system=${id}/*"]
    },
    {
      Sid       = "ListBoth"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = [local.lake_arn]
      Condition = { StringLikeIfExists = { "s3:prefix" = concat(local.bronze_paths, local.silver_paths) } }
    },
  ]
}

resource "aws_s3_bucket_notification" "bronze" {
  bucket = aws_s3_bucket.lake.id

  lambda_function {
    id                  = "refine-the-hour"
    lambda_function_arn = module.silver.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "bronze/system="
    filter_suffix       = ".json.gz"
  }

  depends_on = [aws_lambda_permission.refine]
}

resource "aws_lambda_permission" "refine" {
  statement_id   = "OnNewBronze"
  action         = "lambda:InvokeFunction"
  function_name  = module.silver.name
  principal      = "s3.amazonaws.com"
  source_arn     = local.lake_arn
  source_account = local.account
}
