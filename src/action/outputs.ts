import { type Outcome, withoutArns } from '../domain/outcome.ts'

/** The outputs of action.yml; what is not known is left out, and written as an empty text. */
export interface Outputs {
  readonly outcome?: Outcome
  /** One sentence. */
  readonly reason?: string
  readonly 'rollout-id'?: string
  /** Now serving. */
  readonly version?: string
  readonly 'previous-version'?: string
  /** Name of the group that carries the traffic. */
  readonly 'live-target-group'?: string
  readonly 'servers-updated'?: number
  readonly 'failed-step'?: string
  readonly 'duration-seconds'?: number
  /** Absolute path on the runner. */
  readonly 'report-path'?: string
  /** Only for the same job: GitHub drops it on the way to another one when the account id is masked. */
  readonly 'live-target-group-arn'?: string
}

type OutputName = keyof Outputs

const SHOWN: { readonly [N in OutputName]-?: (value: NonNullable<Outputs[N]>) => string } = {
  outcome: String,
  reason: withoutArns,
  'rollout-id': String,
  version: String,
  'previous-version': String,
  'live-target-group': String,
  'servers-updated': String,
  'failed-step': withoutArns,
  'duration-seconds': (seconds) => String(Math.round(seconds)),
  'report-path': String,
  'live-target-group-arn': String,
}

/** Writes every output, each time: what was written before and is not given now is empty afterwards. */
export function writeOutputs(set: (name: string, value: string) => void, outputs: Outputs): void {
  for (const name of Object.keys(SHOWN) as OutputName[]) {
    const value = outputs[name]
    const show = SHOWN[name] as (value: string | number) => string
    set(name, value === undefined ? '' : show(value))
  }
}
