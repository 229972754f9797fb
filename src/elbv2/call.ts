import { toApiError } from '../domain/aws-failure.ts'

export const options = (signal: AbortSignal | undefined) =>
  signal === undefined ? {} : { abortSignal: signal }

/** The answer of a call, or what its failure means for us. */
export async function named<Answer>(operation: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    throw toApiError(error, `elasticloadbalancing:${operation}`)
  }
}
