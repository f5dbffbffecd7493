// Drives a daemon through dockerode. Prints nothing but its last line, "all right".
const assert = require('assert');
const Docker = require(process.env.DOCKERODE);
const { PassThrough } = require('stream');

async function main(socketPath, name) {
  const docker = new Docker({ socketPath });
  assert.strictEqual((await docker.ping()).toString(), 'OK');
  assert.ok((await docker.version()).ApiVersion);

  const out = new PassThrough(), err = new PassThrough();
  let output = '', errors = '';
  out.on('data', bytes => output += bytes);
  err.on('data', bytes => errors += bytes);
  const [result, ran] = await docker.run('busybox', ['sh', '-c', 'echo out; echo err >&2; exit 2'], [out, err], { Tty: false });
  assert.strictEqual(result.StatusCode, 2);
  assert.strictEqual(output, 'out\n');
  assert.strictEqual(errors, 'err\n');
  await ran.remove();

  const container = await docker.createContainer({ Image: 'busybox', name, Cmd: ['cat'], OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true });
  try {
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    let echoed = '';
    const stdout = new PassThrough();
    stdout.on('data', bytes => echoed += bytes);
    container.modem.demuxStream(stream, stdout, stdout);
    await container.start();
    stream.write('through\n');
    // Half-close: cat sees the end of its input and ends, what it wrote still arrives.
    stream.end();
    assert.strictEqual((await container.wait()).StatusCode, 0);
    await until(() => echoed.length >= 'through\n'.length, 'all that was written has arrived');
    assert.strictEqual(echoed, 'through\n');
    assert.strictEqual((await container.inspect()).State.Status, 'exited');
  } finally {
    await container.remove({ force: true });
  }

  const events = await docker.getEvents({ filters: { type: ['container'], container: [name] } });
  const seen = [];
  events.on('data', bytes => seen.push(...bytes.toString().trim().split('\n').map(line => JSON.parse(line).Action)));
  const other = await docker.createContainer({ Image: 'busybox', name, Cmd: ['sleep', '100'] });
  await other.start();
  const exec = await other.exec({ Cmd: ['echo', 'inside'], AttachStdout: true, AttachStderr: true });
  const execStream = await exec.start({ hijack: true, stdin: false });
  let inside = '';
  const execOut = new PassThrough();
  execOut.on('data', bytes => inside += bytes);
  docker.modem.demuxStream(execStream, execOut, execOut);
  await new Promise(resolve => execStream.on('end', resolve));
  assert.strictEqual(inside, 'inside\n');
  assert.strictEqual((await exec.inspect()).ExitCode, 0);
  await other.remove({ force: true });
  await until(() => ['create', 'start', 'die', 'destroy'].every(action => seen.includes(action)), () => `all events, of which came ${seen.join()}`);
  events.destroy();
  console.log('all right');
}

async function until(condition, what) {
  for (const start = Date.now(); !condition(); await new Promise(resolve => setTimeout(resolve, 20))) {
    if (Date.now() - start > 20000) throw new Error(`not within 20 s: ${typeof what === 'function' ? what() : what}`);
  }
}

main(process.argv[2], process.argv[3]).catch(error => { console.error(error); process.exit(1); });
