/// <reference types="vite/client" />

declare module '#start-engine' {
  export function startEngine(): Worker | Promise<Worker>;
}

/** The script of the engine, gzip, base64: made by vite.config.ts. */
declare module 'virtual:packed-engine' {
  const packed: string;
  export default packed;
}
