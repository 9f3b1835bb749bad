variable "name" {
  description = "Name of the function and of its role."
  type        = string
}

variable "environment" {
  description = "What the program reads from its environment."
  type        = map(string)
}

variable "statements" {
  description = "What it may do besides writing its log, as IAM statements."
  type        = any
}

variable "memory_mb" {
  description = "Memory in MiB; processor time comes with it."
  type        = number
}

variable "timeout_seconds" {
  description = "Seconds until an invocation is ended."
  type        = number
}

variable "log_retention_days" {
  description = "Days that its log is kept."
  type        = number
}
