import { input } from "#terraform/module-interface.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logRetentionDays = input.number("Days after which CloudWatch drops log lines; 0 keeps them.", {
  default: 30,
  validation: [
    {
      condition: `contains([0, ${LOG_RETENTION_DAYS.join(", ")}], var.log_retention_days)`,
      message: `log_retention_days must be 0 or one of ${LOG_RETENTION_DAYS.join(", ")}.`,
    },
  ],
});
