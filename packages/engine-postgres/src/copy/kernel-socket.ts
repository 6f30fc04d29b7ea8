import { Socket } from 'node:net'
import type { CopyKernel } from './copy-kernel.ts'

/**
 * A socket for pg that reads straight into the kernel's memory. While a COPY runs its receiver takes the bytes from there; at other
 * times, and while TLS is being agreed upon, pg gets them as from any socket. Once a connection is encrypted its bytes come
 * decrypted from elsewhere, and are copied into the kernel.
 */
export function kernelSocket(kernel: CopyKernel): Socket {
  const socket = new Socket({
    onread: {
      buffer: kernel.input,
      callback(length, buffer) {
        if (kernel.onInput) kernel.onInput(length)
        else socket.emit('data', Buffer.from(buffer.subarray(0, length)))
        // Whoever has had enough pauses the socket.
        return true
      },
    },
  })
  return socket
}
