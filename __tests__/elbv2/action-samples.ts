/** Actions as the API has them. */
export const REDIRECT = {
  Type: 'redirect',
  RedirectConfig: {
    StatusCode: 'HTTP_301',
    Protocol: 'HTTPS',
    Port: '443',
    Host: '#{host}',
    Path: '/#{path}',
  },
} as const

export const FIXED = {
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '503', ContentType: 'text/plain', MessageBody: 'soon & <well>' },
} as const

const session = {
  SessionCookieName: 'AWSELBAuthSessionCookie',
  Scope: 'openid email',
  SessionTimeout: 604_800,
  AuthenticationRequestExtraParams: { display: 'page', prompt: 'login & consent' },
  OnUnauthenticatedRequest: 'authenticate',
} as const

/** What may come before a forward. */
export const AUTHENTICATED = {
  oidc: [
    {
      Type: 'authenticate-oidc',
      Order: 1,
      AuthenticateOidcConfig: {
        Issuer: 'https://id.example.com',
        AuthorizationEndpoint: 'https://id.example.com/authorize?a=1&b=2',
        TokenEndpoint: 'https://id.example.com/token',
        UserInfoEndpoint: 'https://id.example.com/user',
        ClientId: 'elb',
        ClientSecret: 'a secret',
        ...session,
      },
    },
  ],
  cognito: [
    {
      Type: 'authenticate-cognito',
      Order: 10,
      AuthenticateCognitoConfig: {
        UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc',
        UserPoolClientId: 'elb',
        UserPoolDomain: 'example',
        ...session,
      },
    },
  ],
  jwt: [
    {
      Type: 'jwt-validation',
      Order: 100,
      JwtValidationConfig: {
        JwksEndpoint: 'https://id.example.com/keys',
        Issuer: 'https://id.example.com',
        AdditionalClaims: [
          { Format: 'string-array', Name: 'groups', Values: ['a', 'b'] },
          { Format: 'single-string', Name: 'tenant', Values: ['x y'] },
        ],
      },
    },
  ],
} as const
