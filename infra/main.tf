# Paris Pulse on AWS: a lake, three functions around it, and a model that sleeps when nobody asks.
#
# Terraform owns what exists and who may do what; the deploy workflow owns the code inside. Names are built here once, so
# that a role's policy can name its resources before they exist.
#
# Every role lists by prefix `IfExists`: S3 answers 404 for a missing key only to those who may list, and asks that
# question without a prefix; with a plain condition a missing hour would read as a refused one.

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project = var.name
      system  = var.system_id
    }
  }
}

data "aws_caller_identity" "current" {}

locals {
  account     = data.aws_caller_identity.current.account_id
  lake_bucket = coalesce(var.lake_bucket, "${var.name}-lake-${local.account}")
  lake_arn    = "arn:aws:s3:::${local.lake_bucket}"
  lake_url    = "s3://${local.lake_bucket}"

  # Every system by its slug, with its gbfs.json; the API serves one of them.
  systems      = var.systems == null ? { (var.system_id) = var.discovery_url } : var.systems
  bronze_paths = [for id in keys(local.systems) : "bronze/system=${id}/*"]
  silver_paths = [for id in keys(local.systems) : "silver/*/system=${id}/*"]

  endpoint_name = "${var.name}-forecast"
  endpoint_arn  = "arn:aws:sagemaker:${var.region}:${local.account}:endpoint/${local.endpoint_name}"
}
