// The update command of the demo: asks the fleet to update one server, as ssh or an agent would do with a real one.
const { ROLLOUT_TARGET_ID: id = '', ROLLOUT_VERSION: version = '', DEMO_FLEET: fleet } = process.env

console.log(`stopping ${id}, to start it again with ${version}`)
try {
  const answer = await fetch(`${fleet}/${encodeURIComponent(id)}`, { method: 'PUT', body: version })
  console.log((await answer.text()).trim())
  process.exitCode = answer.ok ? 0 : 1
} catch (error) {
  console.log(`the fleet does not answer: ${error}`)
  process.exitCode = 1
}
