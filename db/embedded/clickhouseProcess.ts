// A child process that is a ClickHouse server: ENGINE of `@chdb/lib-…` called through its command line, with the real HTTP and TCP protocols.
// Its options come as the first IPC message; it ends cleanly on SIGTERM, SIGINT, or when its parent is gone.
import { request } from 'node:http'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export type ClickHouseProcessOptions = {
  readonly library: string
  readonly configFile: string
  readonly dataPath: string
  readonly httpPort: number
  readonly tcpPort: number
  readonly password: string
}

/** Marks the query that keeps the server alive, so that it can be found and killed. */
const holdMark = 'unmogrowp_hold'
// Sleeping in tiny blocks: the query notices KILL within a tenth of a second and costs nothing.
const hold =
  `SELECT sum(sleepEachRow(0.1)) AS ${holdMark} FROM system.numbers ` +
  'SETTINGS max_block_size=1, function_sleep_max_microseconds_per_block=0, max_execution_time=0, log_queries=0'

process.once('message', (message) => void serve(message as ClickHouseProcessOptions))

async function serve(options: ClickHouseProcessOptions): Promise<void> {
  let isStopping = false
  const stop = () => {
    if (isStopping) return
    isStopping = true
    void killHold(options)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('disconnect', stop)
  const { DataType, load, open } = require('ffi-rs') as typeof import('ffi-rs')
  open({ library: 'clickhouse', path: options.library })
  const argv = [
    'clickhouse',
    `--config-file=${options.configFile}`,
    `--path=${options.dataPath}`,
    `--http_port=${options.httpPort}`,
    `--tcp_port=${options.tcpPort}`,
    '--listen_host=127.0.0.1',
    '--multiquery',
    '--query',
    `SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; ${hold}`,
  ]
  await load({
    library: 'clickhouse',
    funcName: 'chdb_query_cmdline',
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
    runInNewThread: true,
  })
  // Data is closed by now. Touching the result or a normal exit would crash seconds later (ENGINE.md section 1).
  ;(process as unknown as { reallyExit(code: number): never }).reallyExit(isStopping ? 0 : 1)
}

async function killHold(options: ClickHouseProcessOptions): Promise<void> {
  try {
    await post(options, `KILL QUERY WHERE query LIKE '%AS ${holdMark} FROM%' AND query NOT LIKE 'KILL%' ASYNC`)
  } catch (error) {
    console.error(`ClickHouse could not be asked to stop: ${String(error)}`)
    // The engine survives this (kill -9 loses nothing that was acknowledged).
    process.kill(process.pid, 'SIGKILL')
  }
}

/** On a connection of its own that is closed at once: the server waits for connections that are kept alive. */
function post(options: ClickHouseProcessOptions, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-ClickHouse-User': 'migrate', 'X-ClickHouse-Key': options.password }
    const sent = request({ host: '127.0.0.1', port: options.httpPort, method: 'POST', agent: false, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`it answered ${answer.statusCode}`))))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
