import type { Parser } from './parse.ts'

/** GitHub's own limit on the name of an environment, in characters. */
const LONGEST_NAME = 255

export const environmentName: Parser<string> = (name) =>
  name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name)
    ? { value: name }
    : {
        accepted: `give the name of a GitHub environment (production), of at most ${LONGEST_NAME} characters`,
      }

/** Everybody who may read the repository sees it, so a password in it is refused. */
export const environmentUrl: Parser<string> = (text) => {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!isWeb || text.length > 2_000)
    return { accepted: 'give an http or https URL (https://www.example.com)' }
  return url.username === '' && url.password === ''
    ? { value: text }
    : { accepted: 'give a URL without user and password: it is shown on GitHub', culprit: url.host }
}
