# What differs from one city or account to the next. Everything has a value that works, except what nobody can guess.

variable "name" {
  description = "Prefix of every name made here."
  type        = string
  default     = "paris-pulse"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name must be 2 to 31 lower-case letters, digits or hyphens, and begin with a letter."
  }
}

variable "region" {
  description = "Where everything runs: close to the feed and to the riders."
  type        = string
  default     = "eu-west-3"
}

variable "lake_bucket" {
  description = "Name of the lake's bucket; bucket names are unique in the whole world. Null makes one of the name and the account's number."
  type        = string
  default     = null
}

variable "system_id" {
  description = "The system that the API serves, as a path-safe slug: the `system=` part of its keys in the lake."
  type        = string
  default     = "velib"

  validation {
    condition     = can(regex("^[a-z0-9_-]+$", var.system_id))
    error_message = "system_id must be lower-case letters, digits, hyphens or underscores."
  }
}

variable "discovery_url" {
  description = "That system's gbfs.json."
  type        = string
  default     = "https://velib-metropole-opendata.smovengo.cloud/opendata/Velib_Metropole/gbfs.json"

  validation {
    condition     = startswith(var.discovery_url, "https://")
    error_message = "discovery_url must be an https address."
  }
}

variable "systems" {
  description = "Every system to collect and refine: its slug and its gbfs.json. Null means the one that the API serves."
  type        = map(string)
  default     = null

  validation {
    condition     = var.systems == null ? true : alltrue([for id, url in var.systems : can(regex("^[a-z0-9_-]+$", id)) && startswith(url, "https://")])
    error_message = "systems must map lower-case slugs to https addresses."
  }

  validation {
    condition     = var.systems == null ? true : contains(keys(var.systems), var.system_id)
    error_message = "systems must name the one that the API serves, system_id, too."
  }
}

variable "collect_schedule" {
  description = "When the collector runs, as an EventBridge expression in UTC: rate(1 minute), rate(5 minutes), cron(0/15 * * * ? *)."
  type        = string
  default     = "cron(0 * * * ? *)"

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.collect_schedule))
    error_message = "collect_schedule must be cron(…) or rate(…)."
  }
}

variable "weather" {
  description = "The weather collected beside the feed: open-meteo (CC BY 4.0, no key), or off. No forecast needs it."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "open-meteo"], var.weather)
    error_message = "weather must be off or open-meteo."
  }
}

variable "backfill_hours_per_batch" {
  description = "Hours that one refiner gets of a backfill. A day by the minute takes it well under its time limit."
  type        = number
  default     = 24

  validation {
    condition     = var.backfill_hours_per_batch >= 1 && var.backfill_hours_per_batch <= 1000
    error_message = "backfill_hours_per_batch must be 1 to 1000."
  }
}

variable "backfill_concurrency" {
  description = "Refiners of a backfill at once. An account has 1,000 functions at once, which new documents need too."
  type        = number
  default     = 100

  validation {
    condition     = var.backfill_concurrency >= 1 && var.backfill_concurrency <= 900
    error_message = "backfill_concurrency must be 1 to 900."
  }
}

variable "allowed_origins" {
  description = "Origins whose pages may call the API, such as https://pulse.example.org."
  type        = list(string)

  validation {
    condition     = length(var.allowed_origins) > 0 && alltrue([for origin in var.allowed_origins : can(regex("^https?://[^/*?#]+$", origin))])
    error_message = "allowed_origins must name at least one origin, each as a scheme and a host without a path or a wildcard."
  }
}

variable "model_image" {
  description = "Image of the model service, by tag or digest. Null only on the first apply, before an image has been pushed."
  type        = string
  default     = null
}

variable "model_data_key" {
  description = "Key of the trained model in the lake."
  type        = string
  default     = "models/lstm/1/model.tar.gz"

  validation {
    condition     = startswith(var.model_data_key, "models/") && endswith(var.model_data_key, "/model.tar.gz")
    error_message = "model_data_key must be models/<name>/<version>/model.tar.gz."
  }
}

variable "github_repository" {
  description = "OWNER/NAME of the repository whose workflow may deploy."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "github_repository must be OWNER/NAME."
  }
}

variable "github_environment" {
  description = "The one deployment environment of that repository which may deploy."
  type        = string
  default     = "production"
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
}
