import type { StartedTestContainer } from 'testcontainers'
import { bucketStatement } from './bucket-policy.ts'
import type { S3Server } from './s3-server.ts'

/** The last that its makers published. They no longer do, and have left Docker Hub. */
const image = 'quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z'
const port = 9000

const root = { accessKeyId: 'writer', secretAccessKey: 'writersecret' }
const reader = { accessKeyId: 'reader', secretAccessKey: 'readersecret' }

/**
 * Starts MinIO in a container, empty, on loopback where the engine is this machine's. The container ends with this process, however that
 * ends. Throws where it cannot be started; `hasContainerEngine` tells beforehand whether there is something to start it in.
 */
export async function startMinioServer(): Promise<S3Server> {
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers')
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime
  const isHere = host === 'localhost' || host === '127.0.0.1'

  class MinioContainer extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      // Ports are published to every network of the machine otherwise.
      if (isHere) this.hostConfig.PortBindings = { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '0' }] }
    }
  }

  const container = await new MinioContainer(image)
    .withCommand(['server', '/data'])
    .withEnvironment({
      MINIO_ROOT_USER: root.accessKeyId,
      MINIO_ROOT_PASSWORD: root.secretAccessKey,
      MINIO_BROWSER: 'off',
      MC_HOST_here: `http://${root.accessKeyId}:${root.secretAccessKey}@127.0.0.1:${port}`,
    })
    .withExposedPorts(port)
    // `live` and `ready` say so before it knows its users: the first command would fail.
    .withWaitStrategy(Wait.forHttp('/minio/health/cluster', port, { abortOnContainerExit: true }))
    .start()
  try {
    await mc(container, 'admin', 'user', 'add', 'here', reader.accessKeyId, reader.secretAccessKey)
  } catch (error) {
    await container.stop()
    throw error
  }
  return {
    ...root,
    endpoint: `http://${isHere ? '127.0.0.1' : container.getHost()}:${container.getMappedPort(port)}`,
    readOnly: reader,
    // Policies of buckets are for those without a name here.
    async allow(bucket, actions) {
      const target = `/tmp/${bucket}.json`
      const content = JSON.stringify({ Version: '2012-10-17', Statement: [bucketStatement(bucket, actions)] })
      await container.copyContentToContainer([{ content, target }])
      await mc(container, 'admin', 'policy', 'create', 'here', bucket, target)
      await mc(container, 'admin', 'policy', 'attach', 'here', bucket, '--user', reader.accessKeyId)
    },
    async stop() {
      await container.stop()
    },
  }
}

/** MinIO's own client, which its image has. */
async function mc(container: StartedTestContainer, ...args: readonly string[]): Promise<void> {
  const { exitCode, output } = await container.exec(['mc', ...args])
  if (exitCode !== 0) throw new Error(`mc ${args.slice(0, 3).join(' ')} failed: ${output}`)
}
