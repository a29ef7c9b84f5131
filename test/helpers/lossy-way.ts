import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** A way to a server on loopback that loses answers when told to: the request arrives, the answer's connection breaks. */
export interface LossyWay {
  readonly url: string;
  /** Of the next answer that comes back, nothing arrives. */
  loseNextAnswer(): void;
  close(): void;
}

export async function lossyWay(target: string): Promise<LossyWay> {
  const { hostname, port } = new URL(target);
  let losing = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const part = () => [near, far].forEach((end) => void end.destroy());
    for (const end of [near, far]) end.on("error", part).on("close", part);
    near.pipe(far);
    far.on("data", (answer) => {
      if (!losing) return void near.write(answer);
      losing = false;
      part();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseNextAnswer: () => {
      losing = true;
    },
    close: () => void server.close(),
  };
}
