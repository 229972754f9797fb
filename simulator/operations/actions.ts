import type { Action } from '../account/action.ts'
import { validationError } from '../aws-error.ts'
import { flag, integer, list, map, oneOf, type Shape, structure, text } from './shape.ts'

// Members and which of them are required: Action and the configs of its types in the API reference.
const forwardConfig = structure(
  {},
  {
    TargetGroups: list(structure({ TargetGroupArn: text }, { Weight: integer() })),
    TargetGroupStickinessConfig: structure({}, { Enabled: flag, DurationSeconds: integer() }),
  },
)

const fixedResponseConfig = structure({ StatusCode: text }, { MessageBody: text, ContentType: text })

const redirectConfig = structure(
  { StatusCode: oneOf('HTTP_301', 'HTTP_302') },
  { Protocol: text, Port: text, Host: text, Path: text, Query: text },
)

const session = {
  SessionCookieName: text,
  Scope: text,
  SessionTimeout: integer(),
  AuthenticationRequestExtraParams: map(text),
  OnUnauthenticatedRequest: oneOf('deny', 'allow', 'authenticate'),
}

const oidcConfig = structure(
  {
    Issuer: text,
    AuthorizationEndpoint: text,
    TokenEndpoint: text,
    UserInfoEndpoint: text,
    ClientId: text,
  },
  { ...session, ClientSecret: text, UseExistingClientSecret: flag },
)

const cognitoConfig = structure({ UserPoolArn: text, UserPoolClientId: text, UserPoolDomain: text }, session)

const additionalClaim = structure(
  {
    Format: oneOf('single-string', 'string-array', 'space-separated-values'),
    Name: text,
    Values: list(text),
  },
  {},
)

const jwtConfig = structure({ JwksEndpoint: text, Issuer: text }, { AdditionalClaims: list(additionalClaim) })

const action = structure(
  {
    Type: oneOf(
      'forward',
      'fixed-response',
      'redirect',
      'authenticate-oidc',
      'authenticate-cognito',
      'jwt-validation',
    ),
  },
  {
    Order: integer(1, 50_000),
    TargetGroupArn: text,
    ForwardConfig: forwardConfig,
    FixedResponseConfig: fixedResponseConfig,
    RedirectConfig: redirectConfig,
    AuthenticateOidcConfig: oidcConfig,
    AuthenticateCognitoConfig: cognitoConfig,
    JwtValidationConfig: jwtConfig,
  },
)

/** Actions as requests give them. Order "is required for rules with multiple actions". */
export const actionList: Shape<readonly Action[]> = {
  read: (value, at) => {
    const actions = list(action).read(value, at)
    if (actions.length < 2 || actions.every(({ Order }) => Order !== undefined)) return actions
    throw validationError('An order must be specified for each of several actions')
  },
}
