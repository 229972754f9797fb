import type { Report } from '../domain/report.ts'
import { folded } from './text.ts'

/** As the README has them under "Terraform and others". */
export const TAGS_BLOCK = `provider "aws" {
  ignore_tags {
    key_prefixes = ["elb-rollout:"]
  }
}`

export const WEIGHTS_BLOCK = `resource "aws_lb_listener" "https" {
  # …
  lifecycle {
    ignore_changes = [default_action]
  }
}

resource "aws_lb_listener_rule" "api" {
  # …
  lifecycle {
    ignore_changes = [action]
  }
}`

/** What keeps Terraform from putting back what a rollout changes. */
export function infrastructureBlocks({ traffic }: Report): string {
  const isShift = traffic !== undefined
  const what = isShift ? 'the tags and the weights' : 'the tags'
  const blocks = isShift ? `${TAGS_BLOCK}\n\n${WEIGHTS_BLOCK}` : TAGS_BLOCK
  const body = [
    'It would take what the action writes for drift, and put it back:',
    `\`\`\`hcl\n${blocks}\n\`\`\``,
    ...(isShift
      ? [
          'CloudFormation and CDK write their weights when the listener or rule changes in the template: let it say what is live first.',
        ]
      : []),
  ]
  return folded(
    `If Terraform manages the load balancer: keep it from ${what} of a rollout`,
    body.join('\n\n'),
  )
}
