/** The gRPC service of `proto/tocsin/peer/v1/peer.proto`, and how its connections are set up. */
import {
  logVerbosity,
  setLogVerbosity,
  type ChannelOptions,
  type MethodDefinition,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { assert } from "@tocsin/foundation";

/** Raised when an old and a new version must not talk to each other. */
export const PROTOCOL_VERSION = 1;

const PROTO_FILE = "tocsin/peer/v1/peer.proto";
const SERVICE_NAME = "tocsin.peer.v1.Peer";

/** The largest message of either side. Who has more to send cuts it into slices well below. */
export const MESSAGE_SIZE_MAX_BYTES: number = 64 * 1024 * 1024;

/**
 * What may wait for a peer that does not read, for each lane and direction. One message of the greatest
 * size must fit.
 */
export const BUFFER_SIZE_MAX_BYTES: number = 64 * 1024 * 1024;

/** Calls that may be open on one lane at a time; an owner answers thousands a second. */
export const CALLS_OPEN_MAX = 10_000;

export const CHANNEL_OPTIONS: ChannelOptions = {
  "grpc.max_receive_message_length": MESSAGE_SIZE_MAX_BYTES,
  "grpc.max_send_message_length": MESSAGE_SIZE_MAX_BYTES,
  // Measured: a tenth more throughput than with the default of 64 KiB.
  "grpc-node.flow_control_window": 1024 * 1024,
  // Each lane has a connection of its own (A23): grpc-js would share one between equal channels.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_retries": 0,
  // A proxy of the environment is for the world outside, not for peers.
  "grpc.enable_http_proxy": 0,
  // Finds a host that vanished without a word; pings find out what matters much sooner.
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
};

export type ConverseMethod = MethodDefinition<Uint8Array, Uint8Array>;

/**
 * Loads the method from the schema. Frames stay bytes for gRPC: the codec makes them, so that their size
 * is known before they are queued, and a broken one is an answer and not the end of the stream.
 */
export function loadConverse(protoFolder: string): ConverseMethod {
  // grpc-js prints to stderr what it also returns as an error. One place says it: ours.
  setLogVerbosity(logVerbosity.NONE);
  const definition = loadSync(PROTO_FILE, { includeDirs: [protoFolder] });
  // The file declares this name as a service; what else it declares has other forms.
  const service = definition[SERVICE_NAME] as ServiceDefinition | undefined;
  const method = service?.["Converse"];
  assert(method !== undefined, `"${PROTO_FILE}" declares the method Converse`);
  return {
    path: method.path,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: asBuffer,
    requestDeserialize: (bytes) => bytes,
    responseSerialize: asBuffer,
    responseDeserialize: (bytes) => bytes,
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
