# The versions this configuration was applied with. State is kept wherever `terraform init -backend-config` says.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
