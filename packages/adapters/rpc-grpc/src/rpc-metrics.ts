import type { Lane } from "@tocsin/engine/peer";
import type { MetricRegistry, Series } from "@tocsin/foundation";

export interface LaneMetrics {
  readonly sentBytes: Series;
  readonly receivedBytes: Series;
  readonly connected: Series;
  readonly dialsOpened: Series;
  readonly dialsRefused: Series;
  readonly dialsFailed: Series;
  /** Calls turned away because too many, or too many bytes, wait already. */
  readonly overloaded: Series;
  readonly pingsDropped: Series;
}

/** The series of one lane, all made at once so that they show from the start. */
export function laneMetrics(registry: MetricRegistry, lane: Lane): LaneMetrics {
  const counter = (name: string, help: string): Series =>
    registry.counter(name, help, ["lane"]).with(lane);
  const dials = registry.counter("tocsin_rpc_dials_total", "Attempts to connect to a peer.", [
    "lane",
    "result",
  ]);
  return {
    sentBytes: counter("tocsin_rpc_sent_bytes_total", "Bytes of frames sent to peers."),
    receivedBytes: counter("tocsin_rpc_received_bytes_total", "Bytes of frames from peers."),
    connected: registry
      .gauge("tocsin_rpc_connections", "Open connections to peers.", ["lane"])
      .with(lane),
    dialsOpened: dials.with(lane, "opened"),
    dialsRefused: dials.with(lane, "refused"),
    dialsFailed: dials.with(lane, "failed"),
    overloaded: counter("tocsin_rpc_calls_overloaded_total", "Calls not sent, too many wait."),
    pingsDropped: counter(
      "tocsin_rpc_pings_dropped_total",
      "Pings not sent for want of a connection.",
    ),
  };
}
