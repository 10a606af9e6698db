import { Socket } from "node:net";

/**
 * Ends this process when the engine that started it is gone, however that ended (`kill -9`, out of memory, a CI runner that
 * gives up). The host itself would live on: it would write and delete to the end of what it was asked for, while nobody
 * keeps the results and the next run is under way.
 *
 * The engine gives each plugin a pipe as standard input, writes nothing to it and holds it as long as it lives (`ExecPlugin`
 * in Pulumi's `sdk/go/common/resource/plugin/plugin.go`), so the end of that input is the end of the engine.
 */
export function endWithEngine(): void {
  const { stdin } = process;
  // A terminal, a file or nothing at all: somebody started the host by hand. Node has pipes as sockets, on Windows too.
  if (!(stdin instanceof Socket) || stdin.isTTY) {
    return;
  }
  stdin.once("close", () => process.exit(1)).resume();
}
