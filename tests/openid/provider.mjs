// The certified OpenID provider with its development pages, for the log-in tests. It is stopped by its parent.
// Usage: node provider.mjs PORT '{"client": {…}, "jwks": {…}}'
import Provider from 'oidc-provider';

const [port, text] = process.argv.slice(2);
const { client, jwks } = JSON.parse(text);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  jwks,
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Maija Mäkinen' }) }),
  claims: { openid: ['sub', 'name'] },
  conformIdTokenClaims: false,
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),  // else not to loopback
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
  },
  cookies: { keys: ['loopback-only'] },
  ttl: { AccessToken: 600, IdToken: 600, Session: 1200, Grant: 1200, Interaction: 600 },
});
provider.on('server_error', (_context, error) => console.error('server_error', error));
provider.on('grant.error', (_context, error) => console.error('grant.error', error.message, error.error_detail));
provider.on('backchannel.error', (_context, error) => console.error('backchannel.error', error.message));
provider.on('authorization.error', (_context, error) => console.error('authorization.error', error.message, error.error_description));
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
