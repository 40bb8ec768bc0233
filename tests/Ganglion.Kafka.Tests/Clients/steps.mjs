// Steps as lines of JSON, with bytes in Base64: how the tests talk with the scripts beside this one.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

export const servers = process.argv[2].split(',')

/** A package of the folder that eng/kafka-clients.sh fills. */
export const load = createRequire(`${process.env.GANGLION_NODE_CLIENTS}/`)

let end

/** Fires when the input has ended. */
export const over = new Promise(resolve => { end = resolve })

/** Does step after step, until there are no more. A member of a group has but one, and ends with the input. */
export function run (steps) {
  const input = createInterface({ input: process.stdin })
  let doing = Promise.resolve()
  input.once('close', end)
  input.on('line', line => {
    const { step, ...request } = JSON.parse(line)
    doing = doing.then(() => steps[step](request)).then(
      result => answer({ answer: result ?? null }),
      error => answer({ error: reason(error) }))
  })
}

export function answer (value) {
  // Offsets and times are numbers that JSON has no word for.
  process.stdout.write(JSON.stringify(value, (_, item) => typeof item === 'bigint' ? Number(item) : item) + '\n')
}

// What the broker has said lies within what the client says of it.
function reason (error) {
  const codes = []
  for (let errors = [error]; errors.length; errors = errors.flatMap(one => [...(one.errors ?? []), ...(one.groups ?? []), one.error, one.cause]).filter(Boolean)) {
    codes.push(...errors.map(one => one.type ?? one.apiId).filter(Boolean))
  }
  return `${error.name}: ${codes.join(' ')} ${error.message}`
}

export const toBytes = text => text === null ? null : Buffer.from(text, 'base64')

export const toText = data => data == null ? null : Buffer.from(data).toString('base64')

export const recordOf = (key, value, headers, partition, offset, timestamp) => ({
  Key: toText(key),
  Value: toText(value),
  Headers: headers.map(([name, data]) => ({ Name: String(name), Value: toText(data) })),
  Partition: partition,
  Offset: Number(offset),
  Timestamp: Number(timestamp)
})
