/** Whether a container engine answers, at DOCKER_HOST or on one of the usual sockets. Where there is none it takes about a second. */
export async function hasContainerEngine(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers')
  return await getContainerRuntimeClient().then(
    () => true,
    () => false,
  )
}
