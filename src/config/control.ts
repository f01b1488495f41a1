import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** The most bytes of a unix socket's path: sun_path (unix(7)) has 108, the last of which is 0. */
export const SOCKET_PATH_LIMIT_BYTES = 107;

/** The section `control`. */
export const control = z.strictObject({
  socket: z
    .string()
    .refine(
      (value) => value === 'auto' || value === 'none' || isAbsolute(value),
      'expected auto, none or an absolute path',
    )
    .refine(
      (value) => Buffer.byteLength(value) <= SOCKET_PATH_LIMIT_BYTES,
      `the path of a unix socket can have ${SOCKET_PATH_LIMIT_BYTES} bytes`,
    )
    .default('auto')
    .describe(
      'Unix socket that `seatmapd status`, `pause`, `resume`, `republish` and `log-level` talk to: an absolute path, `none`, or `auto`: `<application>-<instance>.sock` in `$RUNTIME_DIRECTORY`, as systemd sets it, else in state.directory. At most 107 bytes.',
    ),
});
