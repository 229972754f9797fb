import { actionList } from './actions.ts'
import { shownListener } from './describe-listeners.ts'
import { operation } from './operation.ts'
import { flag, integer, list, oneOf, structure, text } from './shape.ts'

const mutualAuthentication = structure(
  {},
  {
    Mode: text,
    TrustStoreArn: text,
    IgnoreClientCertificateExpiry: flag,
    TrustStoreAssociationStatus: text,
    AdvertiseTrustStoreCaNames: oneOf('on', 'off'),
  },
)

const PROTOCOLS = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'GENEVE', 'QUIC', 'TCP_QUIC'] as const

/** "Any properties that you do not specify remain unchanged"; DefaultActions take the place of all there were. */
export const ModifyListener = operation({
  bucket: 'mutating',
  resource: 'ListenerArn',
  input: structure(
    { ListenerArn: text },
    {
      DefaultActions: actionList,
      Port: integer(1, 65_535),
      Protocol: oneOf(...PROTOCOLS),
      SslPolicy: text,
      Certificates: list(structure({ CertificateArn: text }, {})),
      AlpnPolicy: list(text),
      MutualAuthentication: mutualAuthentication,
    },
  ),
  run(account, { ListenerArn, DefaultActions, ...settings }) {
    const listener = account.listener(ListenerArn)
    const { arn } = account.routing.defaultRule(ListenerArn)
    if (DefaultActions) account.routing.changeRule(arn, { actions: DefaultActions })
    if (Object.keys(settings).length > 0) listener.change(settings, account.now())
    return { Listeners: [shownListener(listener, { account, time: account.now() })] }
  },
})
