// A real OpenID provider on loopback: who signs in says which name and which groups the provider knows.
// It prints its issuer, and ends with its standard input.
import http from 'node:http';
import Provider from 'oidc-provider';

const accounts = new Map(); // subject → claims, as typed at the last sign-in

const account = (sub) => ({
  accountId: sub,
  claims: () => ({ sub, ...accounts.get(sub) }),
});

const page = (action) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Provider</title>
<link rel="icon" href="data:,">
<h1>Provider</h1><form method="post" action="${action}">
<label>Subject <input name="sub"></label><label>Name <input name="name"></label><label>Groups <input name="groups"></label>
<button>Enter</button></form><p><a id="refuse" href="${action}/refuse">Refuse</a></p></html>`;

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'millwright',
      client_secret: 'a secret between the two',
      application_type: 'native', // any port of loopback may be led back to
      redirect_uris: ['http://127.0.0.1/sign-in/callback'],
      post_logout_redirect_uris: ['http://127.0.0.1/sign-in'],
    }],
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    conformIdTokenClaims: process.argv.includes('--userinfo'), // claims only by the userinfo endpoint
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => account(sub),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
  });
  provider.on('server_error', (_ctx, err) => console.error(err));

  const grant = async (req, res) => {
    const { params, session } = await provider.interactionDetails(req, res);
    const g = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    g.addOIDCScope(params.scope);
    return provider.interactionFinished(req, res, { consent: { grantId: await g.save() } }, { mergeWithLastSubmission: true });
  };
  const login = async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    const typed = new URLSearchParams(body);
    const sub = typed.get('sub');
    const claims = { groups: typed.get('groups').split(',').filter(Boolean) };
    if (typed.get('name')) claims.preferred_username = typed.get('name');
    accounts.set(sub, claims);
    return provider.interactionFinished(req, res, { login: { accountId: sub } }, { mergeWithLastSubmission: false });
  };
  const refuse = (req, res) => provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'no <b>thanks</b>' });
  const ask = async (req, res) => {
    const { prompt, uid } = await provider.interactionDetails(req, res);
    if (prompt.name === 'consent') return grant(req, res);
    res.setHeader('Content-Type', 'text/html');
    return res.end(page(`/interaction/${uid}`));
  };
  const callback = provider.callback();
  server.on('request', (req, res) => {
    if (!req.url.startsWith('/interaction/')) return callback(req, res);
    const answer = req.url.endsWith('/refuse') ? refuse : req.method === 'POST' ? login : ask;
    return answer(req, res).catch((err) => { console.error(err); res.statusCode = 500; res.end(String(err)); });
  });
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
