import { toApiError } from './failure.ts'

export const options = (signal: AbortSignal | undefined) =>
  signal === undefined ? {} : { abortSignal: signal }

/** Answers of a service, by the prefix of its permissions (`ssm`), or what their failure means for us. */
export const callsTo =
  (service: string) =>
  async <Answer>(operation: string, answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer
    } catch (error) {
      throw toApiError(error, `${service}:${operation}`)
    }
  }
