export { GrpcPeerServer, type GrpcPeerServerDeps } from "./server.ts";
export { MESSAGE_SIZE_MAX_BYTES } from "./service.ts";
export {
  GrpcPeerTransport,
  type GrpcPeerOptions,
  type GrpcPeerTransportDeps,
} from "./transport.ts";
