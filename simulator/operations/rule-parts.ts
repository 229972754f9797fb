import { list, oneOf, structure, text } from './shape.ts'

const values = structure({}, { Values: list(text) })

/** Conditions as requests give them; those with regular expressions are left out. */
export const conditionList = list(
  structure(
    { Field: text },
    {
      Values: list(text),
      PathPatternConfig: values,
      HostHeaderConfig: values,
      HttpHeaderConfig: structure({}, { HttpHeaderName: text, Values: list(text) }),
      QueryStringConfig: structure({}, { Values: list(structure({}, { Key: text, Value: text })) }),
      HttpRequestMethodConfig: values,
      SourceIpConfig: values,
    },
  ),
)

const rewrites = structure({}, { Rewrites: list(structure({ Regex: text, Replace: text }, {})) })

export const transformList = list(
  structure(
    { Type: oneOf('host-header-rewrite', 'url-rewrite') },
    { HostHeaderRewriteConfig: rewrites, UrlRewriteConfig: rewrites },
  ),
)
