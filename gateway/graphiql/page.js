// Runs in the browser. The access token lives in memory alone; the refresh cookie, which no script can read, gets the next one.
const { React, ReactDOM, GraphiQL } = globalThis
const form = document.getElementById('login')
const who = document.getElementById('who')
const root = ReactDOM.createRoot(document.getElementById('graphiql'))
let accessToken = null
let generation = 0

const FIRST_QUERY = `# POST /graphql takes the same documents. Docs are on the left once you are logged in.
query Me {
  me {
    account { email }
    tenant { slug name }
    role
    scopes
  }
}
`

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  })
  const text = await response.text()
  return { isOk: response.ok, answer: text ? JSON.parse(text) : null }
}

function take({ isOk, answer }) {
  if (!isOk) return false
  accessToken = answer.accessToken
  who.textContent = `Logged in as ${answer.user.email}`
  for (const input of form.querySelectorAll('input')) input.hidden = true
  form.querySelector('button').textContent = 'Log out'
  return true
}

const refresh = async () => take(await post('/api/auth/refresh'))

// Headers of the editor win over the token, so that a key can be tried while logged in.
function send(parameters, headers) {
  const authorization = accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }
  const own = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  return fetch('/graphql', { method: 'POST', headers: { ...authorization, ...own, 'content-type': 'application/json' }, body: JSON.stringify(parameters) })
}

async function fetcher(parameters, options) {
  let response = await send(parameters, options?.headers)
  if (response.status === 401 && accessToken !== null && (await refresh())) response = await send(parameters, options?.headers)
  return response.json()
}

// A new key makes GraphiQL read the schema again, which depends on who asks.
function show() {
  generation += 1
  root.render(React.createElement(GraphiQL, { key: generation, fetcher, defaultQuery: FIRST_QUERY, isHeadersEditorEnabled: true, shouldPersistHeaders: false }))
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  if (accessToken !== null) {
    await post('/api/auth/logout')
    location.reload()
    return
  }
  const { email, password } = Object.fromEntries(new FormData(form))
  const result = await post('/api/auth/login', { email, password })
  if (take(result)) show()
  else who.textContent = result.answer.error.message
})

await refresh().catch(() => false)
show()
